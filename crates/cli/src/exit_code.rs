//! How the command ends: as `std::process::ExitCode`, but the number can be read, which whoever
//! calls the command line as a function needs.

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExitCode(u8);

impl ExitCode {
    /// All is well.
    pub(crate) const SUCCESS: Self = Self(0);

    /// The number.
    pub(crate) fn number(self) -> u8 {
        self.0
    }
}

impl From<u8> for ExitCode {
    fn from(number: u8) -> Self {
        Self(number)
    }
}
