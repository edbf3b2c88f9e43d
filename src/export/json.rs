//! JSON, as lines or as an array, of our own objects or of the shapes that trainers read.

use std::io::{self, Write};

use serde::Serialize;

use crate::domain::chatml::rendered;
use crate::domain::dataset::Delivered;
use crate::domain::hash::ContentHash;
use crate::domain::money::Money;
use crate::domain::prompt::Source;
use crate::domain::teacher::{Ending, Response, Usage};

/// How objects follow one another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Lines,
    Array,
}

/// What an object says, each with a system message where there is one.
#[derive(Clone, Copy)]
pub(super) enum Shape<'a> {
    /// Id, prompt, category, area, language, source.
    Plain,
    /// Conversations as OpenAI's fine-tuning has them.
    OpenAi(Option<&'a str>),
    /// Conversations as ShareGPT has them.
    ShareGpt(Option<&'a str>),
    /// Instructions as Alpaca has them; `output` is for the answer.
    Alpaca(Option<&'a str>),
    /// Conversations as ChatGLM3's fine-tuning has them.
    ChatGlm3(Option<&'a str>),
    /// Conversations rendered as ChatML.
    ChatMl(Option<&'a str>),
}

pub(super) struct Json<'a> {
    out: &'a mut dyn Write,
    framing: Framing,
    shape: Shape<'a>,
    first: bool,
}

impl<'a> Json<'a> {
    pub fn begin(out: &'a mut dyn Write, framing: Framing, shape: Shape<'a>) -> io::Result<Self> {
        if framing == Framing::Array {
            out.write_all(b"[")?;
        }
        Ok(Self { out, framing, shape, first: true })
    }

    /// Writes a prompt, with its answer where there is one.
    pub fn prompt(&mut self, prompt: &Delivered, response: Option<&Response>) -> io::Result<()> {
        if self.framing == Framing::Array {
            self.out.write_all(if self.first { b"\n" } else { b",\n" })?;
        }
        self.first = false;
        let answer = response.map(|response| response.text.as_str());
        match self.shape {
            Shape::Plain => match response {
                Some(response) => self.object(&Plain::new(prompt, response))?,
                None => self.object(prompt)?,
            },
            Shape::OpenAi(system) => self.object(&OpenAi { messages: messages(system, prompt, answer) })?,
            Shape::ChatGlm3(system) => self.object(&ChatGlm3 { conversations: messages(system, prompt, answer) })?,
            Shape::ChatMl(system) => {
                let messages = messages(system, prompt, answer);
                let text = rendered(messages.iter().map(|message| (message.role, message.content)));
                self.object(&ChatMl { text })?;
            }
            Shape::ShareGpt(system) => {
                let asked = Turn { from: "human", value: &prompt.prompt };
                let answered = answer.map(|value| Turn { from: "gpt", value });
                self.object(&ShareGpt { conversations: [asked].into_iter().chain(answered).collect(), system })?;
            }
            Shape::Alpaca(system) => {
                let output = answer.unwrap_or_default();
                self.object(&Alpaca { instruction: &prompt.prompt, input: "", output, system })?;
            }
        }
        if self.framing == Framing::Lines { self.out.write_all(b"\n") } else { Ok(()) }
    }

    pub fn end(self) -> io::Result<()> {
        match self.framing {
            Framing::Array => self.out.write_all(if self.first { b"]\n" } else { b"\n]\n" }),
            Framing::Lines => Ok(()),
        }
    }

    fn object(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut *self.out, value).map_err(io::Error::from)
    }
}

/// Our own object, with the answer.
#[derive(Serialize)]
struct Plain<'a> {
    id: ContentHash,
    prompt: &'a str,
    category: &'a str,
    area: &'a str,
    language: &'a str,
    source: Source,
    response: &'a str,
    model: &'a str,
    ending: Ending,
    usage: Usage,
    cost_nano_usd: Money,
}

impl<'a> Plain<'a> {
    fn new(prompt: &'a Delivered, response: &'a Response) -> Self {
        let Delivered { id, prompt, category, area, language, source } = prompt;
        let Response { text, model, ending, usage, cost, .. } = response;
        Self {
            id: *id,
            prompt,
            category,
            area,
            language,
            source: *source,
            response: text,
            model,
            ending: *ending,
            usage: *usage,
            cost_nano_usd: *cost,
        }
    }
}

#[derive(Serialize)]
struct OpenAi<'a> {
    messages: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct ChatGlm3<'a> {
    conversations: Vec<Message<'a>>,
}

#[derive(Serialize)]
struct ChatMl {
    text: String,
}

fn messages<'a>(system: Option<&'a str>, prompt: &'a Delivered, answer: Option<&'a str>) -> Vec<Message<'a>> {
    let system = system.map(|content| Message { role: "system", content });
    let user = Message { role: "user", content: &prompt.prompt };
    let assistant = answer.map(|content| Message { role: "assistant", content });
    system.into_iter().chain([user]).chain(assistant).collect()
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct ShareGpt<'a> {
    conversations: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
}

#[derive(Serialize)]
struct Turn<'a> {
    from: &'static str,
    value: &'a str,
}

#[derive(Serialize)]
struct Alpaca<'a> {
    instruction: &'a str,
    input: &'static str,
    output: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
}
