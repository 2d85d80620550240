//! Which instructions run: found once, carried by a token that cannot be forged.

/// A set of vector instructions that the kernels are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Isa {
    /// Plain Rust, on every machine; the definition of every result.
    Portable,
    /// WebAssembly's fixed-width SIMD (without the relaxed one).
    Simd128,
    /// ARM's NEON.
    Neon,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX-512 F and BW.
    Avx512,
}

/// The kernels for one set of instructions that this machine has. All give the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kernels {
    // Private: the unsafe calls below rest on a value existing only where the CPU can run it.
    isa: Isa,
}

impl Kernels {
    /// The fastest of this machine.
    #[must_use]
    pub fn best() -> Kernels {
        #[cfg(target_arch = "x86_64")]
        {
            if has_avx512() {
                return Kernels { isa: Isa::Avx512 };
            }
            if std::arch::is_x86_feature_detected!("avx2") {
                return Kernels { isa: Isa::Avx2 };
            }
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        return Kernels { isa: Isa::Simd128 };
        #[cfg(target_arch = "aarch64")]
        return Kernels { isa: Isa::Neon };
        #[allow(unreachable_code, reason = "reachable where no extension is known or found")]
        Kernels::portable()
    }

    /// The scalar definition.
    #[must_use]
    pub const fn portable() -> Kernels {
        Kernels { isa: Isa::Portable }
    }

    /// All that this machine can run, the scalar definition first.
    #[must_use]
    pub fn all() -> Vec<Kernels> {
        let mut all = vec![Kernels::portable()];
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            all.push(Kernels { isa: Isa::Avx2 });
        }
        let best = Kernels::best();
        if !all.contains(&best) {
            all.push(best);
        }
        all
    }

    /// The instructions of these kernels.
    #[must_use]
    pub const fn isa(self) -> Isa {
        self.isa
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512bw")
}

/// Compiles one scalar function for each set of instructions: the compiler makes vectors of its
/// loops, and because Rust never reorders or fuses float operations the bits stay. Written
/// `f::<_>`, the function gets the instructions' tiles as its type.
///
/// The function must be `#[inline(always)]` to take on the features of its caller.
macro_rules! multiversion {
    ($isa:expr, $function:ident $(::<$tiles:tt>)?, ($($argument:ident : $type:ty),* $(,)?)) => {
        match $isa {
            #[cfg(target_arch = "x86_64")]
            $crate::Isa::Avx512 => {
                #[target_feature(enable = "avx2,avx512f,avx512bw")]
                fn version($($argument: $type),*) {
                    $crate::isa::multiversion!(@ $function, Avx512 $($tiles)?, ($($argument),*));
                }
                // SAFETY: `Kernels` holds this value only where these features were detected.
                #[allow(unsafe_code, reason = "calls a function compiled for detected features")]
                unsafe { version($($argument),*) }
            }
            #[cfg(target_arch = "x86_64")]
            $crate::Isa::Avx2 => {
                #[target_feature(enable = "avx2")]
                fn version($($argument: $type),*) {
                    $crate::isa::multiversion!(@ $function, Avx2 $($tiles)?, ($($argument),*));
                }
                // SAFETY: `Kernels` holds this value only where these features were detected.
                #[allow(unsafe_code, reason = "calls a function compiled for detected features")]
                unsafe { version($($argument),*) }
            }
            // NEON and simd128 are on for the whole crate where they are used at all.
            #[cfg(target_arch = "aarch64")]
            $crate::Isa::Neon => {
                $crate::isa::multiversion!(@ $function, Neon $($tiles)?, ($($argument),*));
            }
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            $crate::Isa::Simd128 => {
                $crate::isa::multiversion!(@ $function, Simd128 $($tiles)?, ($($argument),*));
            }
            _ => $crate::isa::multiversion!(@ $function, Portable $($tiles)?, ($($argument),*)),
        }
    };
    (@ $function:ident, $isa:ident, ($($argument:ident),*)) => { $function($($argument),*) };
    (@ $function:ident, $isa:ident _, ($($argument:ident),*)) => {
        $function::<$crate::tiles::$isa>($($argument),*)
    };
}
pub(crate) use multiversion;
