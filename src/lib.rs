//! Huean.
