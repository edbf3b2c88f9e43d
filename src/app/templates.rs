//! The templates: those that ship, and a folder of the user's own over them.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::folder::toml_files;
use crate::domain::normalise::normalise;
use crate::domain::taxonomy::Taxonomy;
use crate::domain::template::Template;
use crate::error::{Error, Result};

/// One line of the list of templates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TemplateSummary {
    /// Its name.
    pub name: String,
    /// The category of its prompts.
    pub category: String,
    /// The area of that.
    pub area: String,
    /// How many prompts it makes.
    pub size: u64,
    /// The same by language.
    pub languages: BTreeMap<String, u64>,
    /// The SHA-256 of its file.
    pub version: crate::domain::hash::ContentHash,
}

/// A prompt that a template makes at an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RenderedPrompt {
    /// The template.
    pub template: String,
    /// The index.
    pub index: u64,
    /// The language.
    pub language: String,
    /// The text, in normal form.
    pub prompt: String,
}

/// Reads the templates that ship, and those of a folder, which add to them or, under the same name, take their place.
///
/// # Errors
/// When a file of the folder cannot be read, or is no template: all that is wrong with all of them is named.
pub fn load_templates(folder: Option<&Path>, taxonomy: &Taxonomy) -> Result<Vec<Template>> {
    let mut templates = BTreeMap::new();
    let mut problems = Vec::new();
    let mut keep = |file: &str, text: &str| match Template::parse(file, text, taxonomy) {
        Ok(template) => _ = templates.insert(template.name().to_owned(), template),
        Err(found) => problems.extend(found),
    };
    for (file, text) in crate::assets::TEMPLATES {
        keep(file, text);
    }
    for (file, text) in toml_files(folder)? {
        keep(&file, &text);
    }
    if problems.is_empty() { Ok(templates.into_values().collect()) } else { Err(Error::Templates(problems)) }
}

/// Lists templates with the sizes of their spaces, by area and name.
pub fn list_templates(templates: &[Template], taxonomy: &Taxonomy) -> Vec<TemplateSummary> {
    let mut list: Vec<TemplateSummary> = templates
        .iter()
        .map(|template| TemplateSummary {
            name: template.name().to_owned(),
            category: template.category().to_owned(),
            area: taxonomy.area_of(template.category()).to_owned(),
            size: template.size(),
            languages: template.spaces().iter().map(|space| (space.language.clone(), space.size())).collect(),
            version: template.version(),
        })
        .collect();
    list.sort_by(|a, b| (&a.area, &a.name).cmp(&(&b.area, &b.name)));
    list
}

/// Renders the prompt at an index of a template's space.
///
/// # Errors
/// When there is no such template, or the index lies beyond its space.
pub fn render(templates: &[Template], name: &str, index: u64) -> Result<RenderedPrompt> {
    let Some(template) = templates.iter().find(|template| template.name() == name) else {
        let similar = super::target::similar(name, templates.iter().map(Template::name));
        return Err(Error::NoSuchTemplate { name: name.to_owned(), similar });
    };
    let beyond = || Error::BeyondSpace { template: name.to_owned(), index, size: template.size() };
    let rendered = template.render(index).ok_or_else(beyond)?;
    let prompt = normalise(&rendered.text);
    Ok(RenderedPrompt { template: name.to_owned(), index, language: rendered.language, prompt })
}
