//! Which worker does what: events in, commands out.
