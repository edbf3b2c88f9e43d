//! `dataset_info.json`: how LLaMA-Factory is told what data files hold.

use serde_json::{Map, Value, json};

use super::ExportFormat;
use super::manifest::ManifestFile;

/// Returns the file: an entry for every split, named after dataset and split.
pub fn dataset_info(dataset: &str, format: ExportFormat, system: bool, files: &[ManifestFile]) -> String {
    let entry = |file: &ManifestFile| {
        let mut entry = shape(format, system);
        entry["file_name"] = file.file.as_str().into();
        (format!("{dataset}_{}", file.split), entry)
    };
    let entries: Map<String, Value> = files.iter().map(entry).collect();
    format!("{:#}\n", Value::Object(entries))
}

/// Returns formatting, columns and tags of a format (LLaMA-Factory, `data/README.md`).
fn shape(format: ExportFormat, system: bool) -> Value {
    let messages = |column: &str| {
        json!({
            "formatting": "sharegpt",
            "columns": { "messages": column },
            "tags": { "role_tag": "role", "content_tag": "content", "user_tag": "user",
                      "assistant_tag": "assistant", "system_tag": "system" },
        })
    };
    let mut shape = match format {
        ExportFormat::OpenAi | ExportFormat::Glm4 => messages("messages"),
        ExportFormat::ChatGlm3 => messages("conversations"),
        ExportFormat::ShareGpt => json!({
            "formatting": "sharegpt",
            "columns": { "messages": "conversations" },
            "tags": { "role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt" },
        }),
        ExportFormat::Alpaca => json!({
            "formatting": "alpaca",
            "columns": { "prompt": "instruction", "query": "input", "response": "output" },
        }),
        // As for pre-training: the text has its template already.
        ExportFormat::ChatMl => json!({ "formatting": "alpaca", "columns": { "prompt": "text" } }),
        ExportFormat::Jsonl | ExportFormat::Json | ExportFormat::Csv | ExportFormat::Txt | ExportFormat::Parquet => {
            json!({ "formatting": "alpaca", "columns": { "prompt": "prompt", "response": "response" } })
        }
    };
    // Only these two have the system message in a column; elsewhere it is a turn.
    if system && matches!(format, ExportFormat::ShareGpt | ExportFormat::Alpaca) {
        shape["columns"]["system"] = "system".into();
    }
    shape
}
