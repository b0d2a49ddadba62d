//! Where a household lives: its address, its house code, its moves.

pub mod address;
pub mod house_code;
pub mod move_within_area;
pub mod whereabouts;
