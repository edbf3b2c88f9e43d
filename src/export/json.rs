//! JSON, as lines or as an array, of our own objects or of the shapes that trainers read.

use std::io::{self, Write};

use serde::Serialize;

use crate::domain::dataset::Delivered;

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

    pub fn prompt(&mut self, prompt: &Delivered) -> io::Result<()> {
        if self.framing == Framing::Array {
            self.out.write_all(if self.first { b"\n" } else { b",\n" })?;
        }
        self.first = false;
        match self.shape {
            Shape::Plain => self.object(prompt)?,
            Shape::OpenAi(system) => self.object(&OpenAi::new(system, prompt))?,
            Shape::ShareGpt(system) => {
                let turn = Turn { from: "human", value: &prompt.prompt };
                self.object(&ShareGpt { conversations: [turn], system })?;
            }
            Shape::Alpaca(system) => {
                self.object(&Alpaca { instruction: &prompt.prompt, input: "", output: "", system })?;
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

#[derive(Serialize)]
struct OpenAi<'a> {
    messages: Vec<Message<'a>>,
}

impl<'a> OpenAi<'a> {
    fn new(system: Option<&'a str>, prompt: &'a Delivered) -> Self {
        let system = system.map(|content| Message { role: "system", content });
        let user = Message { role: "user", content: &prompt.prompt };
        Self { messages: system.into_iter().chain([user]).collect() }
    }
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct ShareGpt<'a> {
    conversations: [Turn<'a>; 1],
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
    output: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
}
