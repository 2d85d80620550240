//! The program that reads workbooks and Parquet files. The page loads it when such a file is opened
//! for the first time.

#[cfg(target_arch = "wasm32")]
fn main() {
    rrgscore_web::worker::reader::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
