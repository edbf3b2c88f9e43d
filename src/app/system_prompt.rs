//! The teacher's system prompt.

use crate::domain::prompt::Axis;
use crate::domain::system_prompt::{SystemPrompt, SystemPrompts};
use crate::domain::taxonomy::Taxonomy;
use crate::error::Result;

/// Returns the system prompt for a category (with its area), an area or a language, or for any prompt.
///
/// # Errors
/// When the texts that ship are not well formed.
pub fn system_prompt(
    category: Option<&str>,
    area: Option<&str>,
    language: Option<&str>,
    taxonomy: &Taxonomy,
) -> Result<SystemPrompt> {
    let prompts = SystemPrompts::parse(crate::assets::SYSTEM_PROMPT, crate::assets::SYSTEM_ADDITIONS)?;
    let area = area.or_else(|| category.map(|category| taxonomy.area_of(category)));
    let values = [(Axis::Area, area), (Axis::Category, category), (Axis::Language, language)];
    let values: Vec<(Axis, &str)> = values.into_iter().filter_map(|(axis, value)| Some((axis, value?))).collect();
    Ok(prompts.compose(&values))
}
