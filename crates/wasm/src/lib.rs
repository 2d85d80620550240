//! The npm package: the pipeline for JavaScript, with TypeScript types.
