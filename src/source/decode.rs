//! What lies around a file's text: compression, and UTF-16, with a mark or without. The bytes tell, not the name.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

/// How much is asked of a decoder at once.
const BUFFER_BYTES: usize = 256 << 10;

/// How much a decoder is given at once. What it makes of a piece that is broken is lost.
const PIECE_BYTES: usize = 1 << 10;

const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

/// A stream without its compression, in UTF-8 where it was in UTF-16.
pub struct Decoded<'a> {
    /// The bytes, which nothing else is done to.
    pub text: Box<dyn BufRead + 'a>,
    /// Whether they were compressed.
    pub compressed: bool,
}

/// Takes compression and UTF-16 off a stream. A stream that is broken further on fails there, with what is broken.
///
/// # Errors
/// When the stream fails at its begin, or is in UTF-32.
pub fn decode<'a>(mut input: impl BufRead + 'a) -> io::Result<Decoded<'a>> {
    let begin = peeked(&mut input, 4)?;
    let (gzip, zstd) = (begin.starts_with(GZIP), begin.starts_with(ZSTD));
    let input = Cursor::new(begin).chain(input);
    let plain: Box<dyn BufRead + 'a> = if gzip {
        buffered(Named { input: MultiGzDecoder::new(pieces(input)), name: "gzip" })
    } else if zstd {
        buffered(Named { input: ZstdDecoder::with_buffer(pieces(input))?, name: "zstd" })
    } else {
        Box::new(input)
    };
    Ok(Decoded { text: utf8(plain)?, compressed: gzip || zstd })
}

fn utf8<'a>(mut input: Box<dyn BufRead + 'a>) -> io::Result<Box<dyn BufRead + 'a>> {
    let begin = peeked(&mut input, 4)?;
    let (to_unit, mark): (fn([u8; 2]) -> u16, usize) = match *begin.as_slice() {
        [0xff, 0xfe, 0, 0] | [0, 0, 0xfe, 0xff] => {
            return Err(io::Error::other("it is in UTF-32; convert it to UTF-8"));
        }
        [0xff, 0xfe, ..] => (u16::from_le_bytes, 2),
        [0xfe, 0xff, ..] => (u16::from_be_bytes, 2),
        // Two letters of ASCII as UTF-16 has them. As UTF-8 they would be text with a NUL, which no prompt may hold.
        [1..=0x7f, 0, 1..=0x7f, 0] => (u16::from_le_bytes, 0),
        [0, 1..=0x7f, 0, 1..=0x7f] => (u16::from_be_bytes, 0),
        _ => return Ok(Box::new(Cursor::new(begin).chain(input))),
    };
    let input = Cursor::new(begin[mark..].to_vec()).chain(input);
    Ok(buffered(Utf16 { input, to_unit, high: None, out: Cursor::new(Vec::new()), failed: None }))
}

/// A stream of nothing, which fails once where it holds an error: what broke while it was looked at breaks again, after
/// what came before.
pub(crate) struct Broken(pub Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl BufRead for Broken {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.take().map_or(Ok(&[]), Err)
    }

    fn consume(&mut self, _: usize) {}
}

fn peeked(input: &mut impl Read, bytes: u64) -> io::Result<Vec<u8>> {
    let mut begin = Vec::new();
    input.take(bytes).read_to_end(&mut begin)?;
    Ok(begin)
}

fn buffered<'a>(input: impl Read + 'a) -> Box<dyn BufRead + 'a> {
    Box::new(BufReader::with_capacity(BUFFER_BYTES, input))
}

/// Returns a stream in pieces of one size, however it comes: how far a broken one is read must not depend on that.
fn pieces(input: impl Read) -> impl BufRead {
    BufReader::with_capacity(PIECE_BYTES, Full { input, failed: None })
}

/// A stream that fills whatever it is given to fill, up to its end.
struct Full<R> {
    input: R,
    /// What the stream failed of, once what came before is given.
    failed: Option<io::Error>,
}

impl<R: Read> Read for Full<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut filled = 0;
        while filled < buffer.len() {
            match self.input.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if filled == 0 => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        Ok(filled)
    }
}

/// A stream whose errors say what kind of stream it is.
struct Named<R> {
    input: R,
    name: &'static str,
}

impl<R: Read> Read for Named<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let broken = |error: io::Error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            io::ErrorKind::UnexpectedEof => io::Error::other(format!("the {} stream ends before its end", self.name)),
            _ => io::Error::other(format!("the {} stream is broken: {error}", self.name)),
        };
        self.input.read(buffer).map_err(broken)
    }
}

/// A stream of UTF-16 as UTF-8. What is no character becomes a byte that is no UTF-8, so that the record that holds it
/// is rejected, and not the file.
struct Utf16<R> {
    input: R,
    to_unit: fn([u8; 2]) -> u16,
    /// The first half of a pair.
    high: Option<u16>,
    out: Cursor<Vec<u8>>,
    /// What the stream failed of, once what came before is given.
    failed: Option<io::Error>,
}

/// No byte of UTF-8.
const NO_CHARACTER: u8 = 0xff;

impl<R: BufRead> Utf16<R> {
    fn fill(&mut self) -> io::Result<()> {
        let out = self.out.get_mut();
        out.clear();
        let mut bytes = Vec::new();
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.failed = (&mut self.input).take(BUFFER_BYTES as u64).read_to_end(&mut bytes).err();
        let mut pairs = bytes.chunks_exact(2);
        for pair in &mut pairs {
            let unit = (self.to_unit)([pair[0], pair[1]]);
            let units = self.high.take().into_iter().chain([unit]);
            let mut decoded = char::decode_utf16(units).peekable();
            while let Some(result) = decoded.next() {
                match result {
                    Ok(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    Err(_) if decoded.peek().is_none() && matches!(unit, 0xd800..=0xdbff) => self.high = Some(unit),
                    Err(_) => out.push(NO_CHARACTER),
                }
            }
        }
        if bytes.is_empty()
            && let Some(error) = self.failed.take()
        {
            return Err(error);
        }
        if !pairs.remainder().is_empty() && self.failed.is_none() {
            out.push(NO_CHARACTER);
        }
        // Nothing more comes: a half that waits for the other will wait for ever.
        if bytes.len() < BUFFER_BYTES && self.failed.is_none() && self.high.take().is_some() {
            out.push(NO_CHARACTER);
        }
        self.out.set_position(0);
        Ok(())
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.out.position() >= self.out.get_ref().len() as u64 {
            self.fill()?;
        }
        self.out.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn decoded(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        decode(bytes)?.text.read_to_end(&mut text)?;
        Ok(text)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(order).collect()
    }

    #[test]
    fn compression_comes_off_also_of_streams_one_after_another() {
        let text = "naïve 日本 🎉\n".repeat(100_000);
        assert_eq!(decoded(&gzip(text.as_bytes())).expect("whole"), text.as_bytes());
        let two = [gzip(b"one\n"), gzip(b"two\n")].concat();
        assert_eq!(decoded(&two).expect("whole"), b"one\ntwo\n");
        let frames = [b"one\n", b"two\n"].map(|text| zstd::encode_all(&text[..], 3).expect("memory takes it")).concat();
        assert_eq!(decoded(&frames).expect("whole"), b"one\ntwo\n");
        assert_eq!(decoded(b"plain").expect("whole"), b"plain");
        assert_eq!(decoded(b"").expect("whole"), b"");
    }

    #[test]
    fn a_broken_stream_says_so() {
        let whole = gzip(&b"0123456789".repeat(5000));
        let ends = decoded(&whole[..whole.len() - 9]).expect_err("cut off").to_string();
        assert_eq!(ends, "the gzip stream ends before its end");
        let mut flipped = whole.clone();
        let last = flipped.len() - 6;
        flipped[last] ^= 1;
        assert!(decoded(&flipped).expect_err("another checksum").to_string().starts_with("the gzip stream is broken"));
        let frame = zstd::encode_all(&b"0123456789".repeat(5000)[..], 3).expect("memory takes it");
        assert_eq!(
            decoded(&frame[..frame.len() - 3]).expect_err("cut off").to_string(),
            "the zstd stream ends before its end"
        );
    }

    #[test]
    fn utf_16_with_a_mark_becomes_utf_8() {
        let text = "naïve 日本 🎉\n".repeat(50_000);
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(decoded(&utf16(&text, order)).expect("whole"), text.as_bytes());
            assert_eq!(decoded(&gzip(&utf16(&text, order))).expect("whole"), text.as_bytes());
        }
    }

    #[test]
    fn what_came_before_a_break_is_given() {
        let whole = gzip(&utf16(&"a line\n".repeat(100_000), u16::to_le_bytes));
        let mut text = Vec::new();
        let mut stream = decode(&whole[..whole.len() / 2]).expect("a begin").text;
        stream.read_to_end(&mut text).expect_err("cut off");
        let mut plain = Vec::new();
        let _ = MultiGzDecoder::new(&whole[..whole.len() / 2]).read_to_end(&mut plain);
        assert_eq!(text.len(), plain.len() / 2 - 1, "a byte a character, without the mark");
    }

    #[test]
    fn what_is_no_character_spoils_its_place_alone() {
        let units = [0xfeff, 0x61, 0xd83c, 0x62, 0xdf89, 0xd83c, 0xd83c, 0xdf89, 0xd83c];
        let mut bytes: Vec<u8> = units.into_iter().flat_map(u16::to_le_bytes).collect();
        bytes.push(0);
        assert_eq!(decoded(&bytes).expect("whole"), b"a\xffb\xff\xff\xf0\x9f\x8e\x89\xff\xff");
    }
}
