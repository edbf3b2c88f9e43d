//! Which labels there are: areas with their categories, languages with their aliases, and the default target.

use serde::Deserialize;
use thiserror::Error;

use super::prompt::NONE;
use super::similar::misspelt;
use super::target::Decimal;

/// The area of every category that the taxonomy does not name.
pub const OTHER: &str = "other";

/// The longest label that is taken, in characters.
pub const MAX_LABEL_CHARS: usize = 64;

/// Areas, categories, languages, aliases and default targets; see `prompts/taxonomy.toml` for the shape of the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taxonomy {
    /// The default share of existing prompts in a sample.
    pub existing_weight: Decimal,
    unlabelled: Vec<String>,
    #[serde(rename = "area")]
    areas: Vec<Area>,
    #[serde(rename = "language")]
    languages: Vec<Language>,
}

/// A group of categories that a target is set for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Its name.
    pub name: String,
    /// Its default weight, if it has one.
    pub target: Option<Decimal>,
    /// Whether what it asks for is code, whatever the language.
    #[serde(default)]
    pub code: bool,
    /// The categories that belong to it.
    pub categories: Vec<String>,
}

/// A programming language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Its name in all machine output.
    pub name: String,
    /// Its name as people write it, where that is another.
    pub title: Option<String>,
    /// Its default weight, if it has one.
    pub target: Option<Decimal>,
    /// Other names that it goes by in files.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// Why a taxonomy file cannot be used.
#[derive(Debug, Error)]
pub enum TaxonomyError {
    /// It is not TOML, or not of the expected shape.
    #[error("the taxonomy cannot be read: {0}")]
    Shape(String),
    /// A name stands for two things.
    #[error("the taxonomy gives `{name}` twice: under `{first}` and under `{second}`")]
    Twice {
        /// The name given twice.
        name: String,
        /// Where it stands first.
        first: String,
        /// Where it stands again.
        second: String,
    },
}

/// Why a text cannot be a label.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum LabelError {
    /// Longer than [`MAX_LABEL_CHARS`].
    #[error("is longer than {MAX_LABEL_CHARS} characters")]
    TooLong,
    /// Holds a line end or another control character.
    #[error("holds a control character")]
    Control,
}

impl Taxonomy {
    /// Reads a taxonomy from the text of a TOML file.
    ///
    /// # Errors
    /// When the text is not of the expected shape, or a category or a language's name stands in it twice.
    pub fn parse(text: &str) -> Result<Self, TaxonomyError> {
        let taxonomy: Self = toml::from_str(text).map_err(|error| TaxonomyError::Shape(toml_problem(text, &error)))?;
        let categories =
            taxonomy.areas.iter().flat_map(|a| a.categories.iter().map(move |c| (c.as_str(), a.name.as_str())));
        let languages = taxonomy
            .languages
            .iter()
            .flat_map(|l| l.aliases.iter().chain([&l.name]).map(move |n| (n.as_str(), l.name.as_str())));
        let areas = taxonomy.areas.iter().map(|a| (a.name.as_str(), a.name.as_str()));
        for names in [categories.collect::<Vec<_>>(), languages.collect(), areas.collect()] {
            unique(names)?;
        }
        Ok(taxonomy)
    }

    /// Returns the areas, in the order of the file.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// Returns the languages, in the order of the file.
    pub fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// Returns the area that a category belongs to; [`OTHER`] for a category that no area names.
    pub fn area_of(&self, category: &str) -> &str {
        self.areas.iter().find(|area| area.categories.iter().any(|c| c == category)).map_or(OTHER, |area| &area.name)
    }

    /// Tells whether the prompts of an area ask for code, whatever their language.
    pub fn asks_for_code(&self, area: &str) -> bool {
        self.areas.iter().any(|known| known.name == area && known.code)
    }

    /// Returns the category that a label in a file means: lower case, words joined by `_`, [`NONE`] for no label.
    ///
    /// # Errors
    /// When the text is too long for a label or holds control characters.
    pub fn category(&self, label: &str) -> Result<String, LabelError> {
        Ok(self.plain(label)?.replace([' ', '-'], "_"))
    }

    /// Returns the language that a label in a file means: its name where the label is an alias, lower case,
    /// [`NONE`] for no label.
    ///
    /// # Errors
    /// When the text is too long for a label or holds control characters.
    pub fn language(&self, label: &str) -> Result<String, LabelError> {
        let plain = self.plain(label)?;
        let known = self.languages.iter().find(|l| l.aliases.contains(&plain));
        Ok(known.map_or(plain, |language| language.name.clone()))
    }

    /// Returns the category of this name if an area names it.
    pub fn known_category(&self, label: &str) -> Option<String> {
        let category = self.category(label).ok()?;
        (self.area_of(&category) != OTHER).then_some(category)
    }

    /// Returns the language of this name or alias if the taxonomy has it, or [`NONE`] where the label says so.
    pub fn known_language(&self, label: &str) -> Option<String> {
        let language = self.language(label).ok()?;
        let known = self.languages.iter().any(|l| l.name == language);
        (known || (language == NONE && !label.is_empty())).then_some(language)
    }

    /// Returns the category of an area that one which no area names seems to be a misspelling of.
    pub fn misspelt_category(&self, category: &str) -> Option<String> {
        let known = self.areas.iter().flat_map(|area| &area.categories).map(String::as_str);
        if category == NONE || self.area_of(category) != OTHER { None } else { misspelt(category, known) }
    }

    /// Returns the language of the taxonomy that one which is not in it seems to be a misspelling of.
    pub fn misspelt_language(&self, language: &str) -> Option<String> {
        let mut known = self.languages.iter().map(|l| l.name.as_str());
        if language == NONE || known.clone().any(|name| name == language) {
            None
        } else {
            misspelt(language, &mut known)
        }
    }

    /// Returns a language's name as people write it: `C++` for `cpp`.
    pub fn title<'a>(&'a self, language: &'a str) -> &'a str {
        let known = self.languages.iter().find(|l| l.name == language);
        known.and_then(|l| l.title.as_deref()).unwrap_or(language)
    }

    fn plain(&self, label: &str) -> Result<String, LabelError> {
        let label = label.trim();
        if label.chars().count() > MAX_LABEL_CHARS {
            return Err(LabelError::TooLong);
        }
        if label.chars().any(char::is_control) {
            return Err(LabelError::Control);
        }
        let label = label.to_lowercase();
        let unlabelled = label.is_empty() || self.unlabelled.contains(&label);
        Ok(if unlabelled { NONE.to_owned() } else { label })
    }
}

/// Says on one line what is wrong with a TOML file, and where.
pub(super) fn toml_problem(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
    format!("line {line}: {}", error.message().replace('\n', ", "))
}

fn unique(names: Vec<(&str, &str)>) -> Result<(), TaxonomyError> {
    for (i, (name, second)) in names.iter().enumerate() {
        if let Some((_, first)) = names[..i].iter().find(|(earlier, _)| earlier == name) {
            return Err(TaxonomyError::Twice {
                name: (*name).to_owned(),
                first: (*first).to_owned(),
                second: (*second).to_owned(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Taxonomy {
        Taxonomy::parse(crate::assets::TAXONOMY).expect("the taxonomy that ships is well formed")
    }

    #[test]
    fn labels_are_brought_to_their_names() {
        let taxonomy = shipped();
        for (label, expected) in
            [("  JS ", "javascript"), ("Golang", "go"), ("C++", "cpp"), ("Kotlin", "kotlin"), ("N/A", NONE), ("", NONE)]
        {
            assert_eq!(taxonomy.language(label).as_deref(), Ok(expected), "language {label:?}");
        }
        for (label, expected) in [("Bug Fix", "bug_fix"), ("code-review", "code_review"), ("unknown", NONE)] {
            assert_eq!(taxonomy.category(label).as_deref(), Ok(expected), "category {label:?}");
        }
    }

    #[test]
    fn a_label_is_short_and_on_one_line() {
        assert_eq!(shipped().category(&"x".repeat(65)), Err(LabelError::TooLong));
        assert_eq!(shipped().language("py\nthon"), Err(LabelError::Control));
    }

    #[test]
    fn a_category_outside_the_table_belongs_to_the_area_other() {
        assert_eq!(shipped().area_of("bug_fix"), "debugging");
        assert_eq!(shipped().area_of("poetry"), OTHER);
        assert_eq!(shipped().known_category("poetry"), None);
    }

    #[test]
    fn every_area_and_language_has_the_default_target_that_is_promised() {
        let taxonomy = shipped();
        let areas: Vec<String> =
            taxonomy.areas().iter().filter_map(|a| a.target.as_ref().map(|t| format!("{} {t}", a.name))).collect();
        assert_eq!(
            areas.join(", "),
            "code_generation 25, debugging 20, tool_usage 15, testing 10, multi_step 10, documentation 5, \
             optimization 5, real_world 5, explanation 5"
        );
        let languages: Vec<String> =
            taxonomy.languages().iter().filter_map(|l| l.target.as_ref().map(|t| format!("{} {t}", l.name))).collect();
        assert_eq!(languages.join(", "), "python 35, javascript 25, typescript 15, java 10, go 5, rust 5, cpp 5");
        assert_eq!(taxonomy.title("cpp"), "C++");
    }

    #[test]
    fn a_name_that_stands_for_two_things_is_an_error() {
        let text = "existing_weight = 1\nunlabelled = []\n\
                    [[area]]\nname = \"a\"\ncategories = [\"x\"]\n[[area]]\nname = \"b\"\ncategories = [\"x\"]\n\
                    [[language]]\nname = \"go\"\n";
        let error = Taxonomy::parse(text).expect_err("x stands twice").to_string();
        assert_eq!(error, "the taxonomy gives `x` twice: under `a` and under `b`");
    }
}
