//! The command that draws a dataset again.

use serde_json::Value as Json;

use super::Value;
use crate::store::DatasetRow;

/// Returns the command that drew a dataset, seed and all; nothing where it was not drawn.
///
/// It draws the same prompts from a catalog in the state that it had then.
pub(super) fn again(row: &DatasetRow) -> Option<Vec<Value>> {
    let options: Json = serde_json::from_str(&row.options).ok()?;
    let count = options["count"].as_u64()?;
    let mut command = format!("catalog sample --count {count} --seed {}", row.seed?);
    let targets = &options["targets"];
    for axis in ["area", "category", "language"] {
        match &targets[axis] {
            Json::String(word) if word == "any" => command += &format!(" --{axis} any"),
            Json::Object(spec) => {
                let weights = spec.get("weights").and_then(Json::as_object)?;
                let pairs: Vec<String> =
                    weights.iter().map(|(value, weight)| format!("{value}={}", plain(weight))).collect();
                command += &format!(" --{axis} {}", quoted(&pairs.join(",")));
            }
            _ => {}
        }
    }
    let weight = &targets["existing_weight"];
    if !weight.is_null() {
        command += &format!(" --existing-weight {}", plain(weight));
    }
    for axis in ["area", "category", "language", "source"] {
        let values: Vec<&str> =
            options["filter"][axis].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        if !values.is_empty() {
            command += &format!(" --only-{axis} {}", quoted(&values.join(",")));
        }
    }
    if let Some(uses) = options["max_uses"].as_u64().filter(|uses| *uses != 1) {
        command += &format!(" --max-uses {uses}");
    }
    if options["generate"] == false {
        command += " --no-generate";
    }
    Some(vec!["again".into(), Value::Text(command)])
}

fn plain(weight: &Json) -> String {
    weight.as_str().map_or_else(|| weight.to_string(), str::to_owned)
}

/// Returns a word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "=,._-+".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
