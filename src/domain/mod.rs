//! The rules of the field, pure: no input or output, no SQL, no clock, no global randomness.

pub mod answers;
pub mod coverage;
pub mod curated;
pub mod dataset;
pub mod draw;
pub mod estimate;
pub mod hash;
pub mod money;
pub mod near;
pub mod normalise;
pub mod plan;
pub mod pool;
pub mod price;
pub mod prompt;
pub mod quota;
pub mod refusal;
pub mod runway;
pub mod search;
pub mod similar;
pub mod split;
pub mod system_prompt;
pub mod target;
pub mod taxonomy;
pub mod teacher;
pub mod template;
pub mod verify;
