//! Scenes: what is asked in which order, as data. `scenes/<face>.scene` asks everything of a face.

use crate::Result;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What no scene asks, and why.
pub const LEFT_OUT: [(&str, &str); 1] =
    [("aspirex: $connect, $default and $disconnect", "these come over a WebSocket, which no document describes")];

/// One request.
#[derive(Debug, Clone)]
pub struct Ask {
    pub line: usize,
    /// Whether it is counted; otherwise it only sets the scene.
    pub measured: bool,
    /// The name under which the token is kept, or with `@` a cookie; none for a visitor.
    pub who: Option<String>,
    /// `HOOK` sends the body's word as Razorpay's webhook about the last payment.
    pub method: String,
    pub path: String,
    /// JSON, or `form` and its parts.
    pub body: Option<String>,
    /// What is kept of the answer: a name and where it stands.
    pub keep: Vec<(String, String)>,
}

/// One line.
#[derive(Debug, Clone)]
pub enum Line {
    Ask(Ask),
    Command {
        line: usize,
        words: Vec<String>,
    },
    /// `== name` begins a part.
    Part(String),
}

/// A scene of a face.
#[derive(Debug, Clone)]
pub struct Scene {
    pub face: String,
    pub lines: Vec<Line>,
}

/// A face's operation, as its document has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    pub method: String,
    pub path: String,
}

/// A file or folder of the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn parsed(number: usize, text: &str) -> Result<Line> {
    if let Some(part) = text.strip_prefix("== ") {
        return Ok(Line::Part(part.trim().to_owned()));
    }
    if let Some(command) = text.strip_prefix('!') {
        return Ok(Line::Command { line: number, words: command.split_whitespace().map(str::to_owned).collect() });
    }
    let measured = !text.starts_with('~');
    let (asked, kept) = text.trim_start_matches('~').split_once(" => ").unwrap_or((text.trim_start_matches('~'), ""));
    let mut words = asked.splitn(4, ' ');
    let mut word = || words.next().filter(|word| !word.is_empty()).map(str::to_owned);
    let (Some(who), Some(method), Some(path)) = (word(), word(), word()) else {
        return Err(format!("line {number} is no request: {text}").into());
    };
    let keep = kept.split_whitespace().map(|keep| {
        keep.split_once('=').map(|(name, place)| (name.to_owned(), place.to_owned())).ok_or(format!("line {number}: {keep}"))
    });
    Ok(Line::Ask(Ask {
        line: number,
        measured,
        who: Some(who).filter(|who| who != "-"),
        method,
        path,
        body: word(),
        keep: keep.collect::<std::result::Result<_, _>>()?,
    }))
}

impl Scene {
    /// Reads a scene.
    pub fn read(face: &str, file: &str) -> Result<Self> {
        let path = project("bench/scenes").join(file);
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        let lines = lines.map(|(number, line)| parsed(number, line)).collect::<Result<_>>()?;
        Ok(Self { face: face.to_owned(), lines })
    }

    /// The scenes of every face that has a document.
    pub fn of_all_faces() -> Result<Vec<(Self, Vec<Operation>)>> {
        let mut faces: Vec<String> = std::fs::read_dir(project("openapi"))?
            .flatten()
            .filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".json")?.to_owned()))
            .collect();
        faces.sort();
        faces.iter().map(|face| Ok((Self::read(face, &format!("{face}.scene"))?, operations(face)?))).collect()
    }

    /// The requests that are counted.
    pub fn measured(&self) -> impl Iterator<Item = &Ask> {
        self.lines.iter().filter_map(|line| match line {
            Line::Ask(ask) if ask.measured => Some(ask),
            _ => None,
        })
    }

    /// The operations that no counted request of the scene asks for.
    pub fn missing<'a>(&self, operations: &'a [Operation]) -> Vec<&'a Operation> {
        let asked: Vec<_> = self.measured().filter_map(|ask| ask.operation(operations)).collect();
        operations.iter().filter(|operation| !asked.contains(operation)).collect()
    }
}

impl Ask {
    /// The operation that this asks for; of several that fit, the one with the fewest placeholders.
    pub fn operation<'a>(&self, operations: &'a [Operation]) -> Option<&'a Operation> {
        let method = if self.method == "HOOK" { "POST" } else { &self.method };
        let path = self.path.split('?').next().unwrap_or_default();
        let fits = |operation: &&Operation| {
            let (asked, known) = (path.split('/'), operation.path.split('/'));
            operation.method == method
                && asked.clone().count() == known.clone().count()
                && asked.zip(known).all(|(asked, known)| known.starts_with('{') || asked == known)
        };
        operations.iter().filter(fits).min_by_key(|operation| operation.path.matches('{').count())
    }
}

/// All operations of a face's document.
pub fn operations(face: &str) -> Result<Vec<Operation>> {
    let document: Value = serde_json::from_str(&std::fs::read_to_string(project(&format!("openapi/{face}.json")))?)?;
    let paths = document["paths"].as_object().ok_or("a document without paths")?;
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().map(|item| item.keys().map(|method| method.to_uppercase()).collect::<Vec<_>>());
        let path = path.clone();
        methods.unwrap_or_default().into_iter().map(move |method| Operation { method, path: path.clone() }).collect::<Vec<_>>()
    };
    Ok(paths.iter().flat_map(of_path).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_every_face_is_in_a_scene() {
        for (scene, operations) in Scene::of_all_faces().unwrap() {
            assert_eq!(scene.missing(&operations), Vec::<&Operation>::new(), "bench/scenes/{}.scene", scene.face);
            for ask in scene.measured() {
                assert!(ask.operation(&operations).is_some(), "{}.scene:{} asks for what is not there", scene.face, ask.line);
            }
        }
    }

    #[test]
    fn a_line_is_read() {
        let Line::Ask(ask) = parsed(1, r#"~me POST /a/{id}?x=1 {"b": "c d"} => one=/a/0 two=cookie"#).unwrap() else { panic!() };
        assert_eq!((ask.measured, ask.who.as_deref(), ask.method.as_str()), (false, Some("me"), "POST"));
        assert_eq!(ask.body.as_deref(), Some(r#"{"b": "c d"}"#));
        assert_eq!(ask.keep, [("one".to_owned(), "/a/0".to_owned()), ("two".to_owned(), "cookie".to_owned())]);
    }
}
