//! The page's entry.

fn main() {
    rrgscore_web::page::start();
}
