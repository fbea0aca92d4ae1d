//! Reading what a site is made from.

pub mod git;
