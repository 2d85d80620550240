//! The one pipeline that every skin calls: settings, plan, jobs, cache, results, signature.
