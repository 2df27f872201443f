//! Which calls the tests' sources make: enough of Rust is read to tell functions, their calls of each other, and the
//! method and path of a request.

use crate::{files, root};
use regex::Regex;
use std::collections::BTreeSet;

/// A request as a source writes it: a method in capitals, and a path without its query, with `{}` for what is filled in.
pub type Call = (String, String);

/// A function of the tests.
struct Function {
    file: String,
    name: String,
    is_test: bool,
    calls: BTreeSet<Call>,
    /// The names of what it calls.
    uses: BTreeSet<String>,
}

/// A test, and the requests that it makes: by itself, or through what it calls.
pub struct Test {
    /// `path::name`.
    pub name: String,
    pub own: BTreeSet<Call>,
    pub all: BTreeSet<Call>,
}

/// Whose functions every file may call.
const SHARED: [&str; 9] = [
    "tests/src/calls.rs",
    "tests/src/scenes.rs",
    "tests/src/community/mod.rs",
    "tests/src/reschedule.rs",
    "tests/src/leadbridge/mod.rs",
    "tests/src/mansa/mod.rs",
    "tests/src/aspirex/people/mod.rs",
    "tests/src/aspirex/sessions/mod.rs",
    "tests/src/aspirex/chat/mod.rs",
];

/// Where Mansa's mentors and sessions are, by a name that its tests share.
const MANSA: (&str, &str) = ("{V1}", "/mansa/api/v1/mentorship");

/// Where AspireX's API is, by a name that its tests share.
const ASPIREX: (&str, &str) = ("{API}", "/aspirex/api");

/// Every test of the flows that runs.
pub fn tests() -> Vec<Test> {
    let sources = files(&root().join("tests/src"), ".rs");
    let functions: Vec<Function> = sources
        .iter()
        .flat_map(|path| {
            let file = path.strip_prefix(root()).unwrap().to_str().unwrap();
            functions(file, &std::fs::read_to_string(path).unwrap())
        })
        .collect();
    let tests = functions.iter().filter(|function| function.is_test);
    let mut tests: Vec<Test> = tests
        .map(|test| Test {
            name: format!("{}::{}", test.file, test.name),
            own: test.calls.clone(),
            all: through(test, &functions),
        })
        .collect();
    tests.sort_by(|a, b| a.name.cmp(&b.name));
    tests
}

/// The requests of a function and of those that it calls, in its own file or a shared one.
fn through(start: &Function, functions: &[Function]) -> BTreeSet<Call> {
    let (mut calls, mut seen, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![start]);
    while let Some(function) = open.pop() {
        if !seen.insert((&function.file, &function.name)) {
            continue;
        }
        calls.extend(function.calls.iter().cloned());
        let called = |other: &&Function| !other.is_test && function.uses.contains(&other.name);
        let near = |other: &&Function| other.file == function.file || SHARED.contains(&other.file.as_str());
        open.extend(functions.iter().filter(called).filter(near));
    }
    calls
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// The source with the texts of its constants in place of their names, and a face's own way of asking spelled out.
fn spelled_out(source: &str) -> String {
    let bridge = regex(r#"\.bridge_(get|post|put)\([ \n]*(&?(?:format!\()?)"/"#);
    let source = &bridge.replace_all(source, r#".$1($2"/leadbridge/api/"#).into_owned();
    let aspirex = regex(
        r#"\.(?:(ax_(?:get|post|put|patch|delete|public|say)|tell|ask|meeting|own_key)\(|aspirex\((?:reqwest::)?Method::([A-Z]+),)[ \n]*(&?(?:format!\()?)"/"#,
    );
    let source = &aspirex.replace_all(source, |call: &regex::Captures<'_>| {
        let how = match (call.get(1).map(|how| how.as_str()), call.get(2)) {
            (Some("ax_public"), _) => ".get_public(".to_owned(),
            (Some("ax_say"), _) => ".post_public(".to_owned(),
            (Some("tell"), _) => ".post(".to_owned(),
            (Some(how), _) => format!(".{}(", how.strip_prefix("ax_").unwrap_or("get")),
            (None, method) => format!("(Method::{},", method.map_or("GET", |method| method.as_str())),
        };
        format!("{how}{}\"{}/", &call[3], ASPIREX.1)
    });
    let source = &source.replace(MANSA.0, MANSA.1).replace(ASPIREX.0, ASPIREX.1);
    let constants = regex(r#"(?m)^const ([A-Z_]+): &str = ("[^"]*");"#);
    constants.captures_iter(source).fold(source.clone(), |spelled, constant| {
        let named = regex(&format!(r"([^A-Za-z_]){}([,)])", &constant[1]));
        let spelled = named.replace_all(&spelled, format!("$1{}$2", &constant[2]));
        spelled.replace(&format!("{{{}}}", &constant[1]), constant[2].trim_matches('"'))
    })
}

fn functions(file: &str, source: &str) -> Vec<Function> {
    let source = &spelled_out(source);
    let (code, source) = (blanked(source, true), blanked(source, false));
    let header = regex(r"(?m)^[ ]*(?:pub(?:\([a-z]+\))? )?(?:async )?fn ([a-z0-9_]+)");
    let mut found = Vec::new();
    for header in header.captures_iter(&code) {
        let start = header.get(0).unwrap().start();
        let Some(body) = body(&code, header.get(0).unwrap().end()) else { continue };
        let above: String = code[..start].lines().rev().take_while(|line| line.trim_start().starts_with('#')).collect();
        let is_test = (above.contains("#[test]") || above.contains("#[tokio::test")) && !above.contains("ignore");
        let text = &source[body.clone()];
        let uses =
            regex(r"([a-z0-9_]+)(?:::<[A-Za-z, ]+>)?\(").captures_iter(&code[body]).map(|name| name[1].to_owned()).collect();
        found.push(Function { file: file.to_owned(), name: header[1].to_owned(), is_test, calls: calls(text), uses });
    }
    found
}

/// The body that follows, braces included.
fn body(code: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let (mut depth, mut start) = (0, None);
    for (at, letter) in code[from..].char_indices() {
        match letter {
            ';' if start.is_none() => return None,
            '{' => {
                depth += 1;
                start = start.or(Some(from + at));
            }
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(start?..from + at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The source with blanks in place of comments, and of texts if wished; everything else stays at its place.
fn blanked(source: &str, texts: bool) -> String {
    let pieces =
        regex(concat!(r#"(?s)//[^\n]*|r#".*?"#, "\"#", r#"|b?"(?:[^"\\]|\\.)*"|b?'(?:\\[^u]|\\u\{[0-9a-f]+\}|[^'\\])'"#));
    let blank = |found: &regex::Captures<'_>| -> String {
        if !texts && !found[0].starts_with("//") {
            return found[0].to_owned();
        }
        found[0].chars().flat_map(|letter| if letter == '\n' { vec!['\n'] } else { vec![' '; letter.len_utf8()] }).collect()
    };
    pieces.replace_all(source, blank).into_owned()
}

/// The requests that a text makes.
fn calls(text: &str) -> BTreeSet<Call> {
    const HOW: &str = r"(?:\.(get|get_public|post|post_public|upload|put|delete|patch)\([ \n]*|Method::([A-Z]+),[ \n]*)";
    let names = names(text);
    let request = regex(&format!(r#"{HOW}&?(?:(?:format!\([ \n]*)?"([^"]*)"|([a-z_0-9]+))"#));
    let mut found = BTreeSet::new();
    for request in request.captures_iter(text) {
        let at = request.get(0).unwrap().start();
        let method = request.get(1).or(request.get(2)).unwrap().as_str().trim_end_matches("_public").to_uppercase();
        let method = if method == "UPLOAD" { "POST".to_owned() } else { method };
        let paths = match (request.get(3), request.get(4)) {
            (Some(path), _) => vec![path.as_str().to_owned()],
            (_, Some(name)) => meaning(name.as_str(), at, &names).unwrap_or_default().to_vec(),
            _ => vec![],
        };
        let paths = paths.iter().flat_map(|path| filled(path, at, &names));
        found.extend(paths.map(|path| (method.clone(), path)));
    }
    found
}

/// A name, where it gets it, and the texts that it stands for.
type Name = (usize, String, Vec<String>);

/// What a name stands for at a place: what it was last given before.
fn meaning<'a>(name: &str, at: usize, names: &'a [Name]) -> Option<&'a [String]> {
    let before = names.iter().filter(|(place, other, _)| *place < at && other == name);
    before.max_by_key(|(place, ..)| *place).map(|(_, _, texts)| texts.as_slice())
}

/// The names of a text: of `let name = "…"`, `for name in ["…", …]`, `for (a, b) in [("…", x), …]` and
/// `["…", …].map(|name| …)`.
fn names(text: &str) -> Vec<Name> {
    let mut names = Vec::new();
    for given in regex(r#"let (?:mut )?([a-z_0-9]+)(?: = &?(?:format!\([ \n]*)?"([^"]*)")?"#).captures_iter(text) {
        let texts = given.get(2).map(|text| text.as_str().to_owned()).into_iter().collect();
        names.push((given.get(0).unwrap().start(), given[1].to_owned(), texts));
    }
    for given in regex(r"for (\(?[a-z_0-9, ]+\)?) in[ \n]+(\[?)").captures_iter(text) {
        let (at, end) = (given.get(0).unwrap().start(), given.get(0).unwrap().end());
        let entries = if given[2].is_empty() { vec![] } else { parts(&text[end..]) };
        let pattern: Vec<_> = given[1].trim_matches(['(', ')']).split(", ").collect();
        for (n, name) in pattern.iter().enumerate() {
            let column = entries.iter().filter_map(|entry| match entry.strip_prefix('(') {
                Some(tuple) => parts(tuple).get(n).copied(),
                None => Some(*entry),
            });
            names.push((at, (*name).to_owned(), column.filter_map(plain).collect()));
        }
    }
    for given in regex(r#"\[((?:[ \n]*"[^"]*",?)+)[ \n]*\][ \n]*\.map\((?:async )?\|([a-z_]+)\|"#).captures_iter(text) {
        names.push((
            given.get(0).unwrap().start(),
            given[2].to_owned(),
            parts(&given[1]).into_iter().filter_map(plain).collect(),
        ));
    }
    names
}

/// A text that stands for itself.
fn plain(part: &str) -> Option<String> {
    let part = part.trim_start_matches('&');
    let part = part.strip_prefix("format!(").and_then(|part| part.strip_suffix(')')).unwrap_or(part);
    part.strip_prefix('"')?.strip_suffix('"').map(str::to_owned)
}

/// What stands between the commas up to the bracket that closes.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start, mut parts) = (0, false, 0, Vec::new());
    let mut end = text.len();
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => {
                end = at;
                break;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..end].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// A path with its known names filled in, and `{}` for the others; nothing when it is no path.
fn filled(path: &str, at: usize, names: &[Name]) -> Vec<String> {
    let gap = regex(r"\{([^}/]*)\}");
    let mut paths = vec![path.split('?').next().unwrap().to_owned()];
    for name in gap.captures_iter(path) {
        let Some(texts) = meaning(&name[1], at, names).filter(|texts| !texts.is_empty()) else { continue };
        paths = paths.iter().flat_map(|path| texts.iter().map(|text| path.replace(&name[0], text))).collect();
    }
    let path = |path: &String| {
        // What stands before the first slash is the server's address.
        let path = path.find('/').filter(|at| gap.replace(&path[..*at], "").is_empty()).map(|at| &path[at..])?;
        let path = path.strip_prefix("/codementee").unwrap_or(path).trim_end_matches('/');
        Some(gap.replace_all(path, "{}").into_owned()).filter(|path| !path.contains(' '))
    };
    paths.iter().filter_map(path).collect()
}

#[test]
fn a_request_is_found_however_it_is_written() {
    let source = r##"
        async fn helper(app: &App) { app.post("/api/through", "{ }").await; }
        #[tokio::test]
        async fn calls_much() {
            let brace = '{';
            // app.get("/api/comment")
            app.get(&format!("/api/things/{id}/parts?limit={n}"), &token).await;
            app.call(Method::PUT, "/api/put", None).await;
            let path = format!("/api/named/{}", id);
            app.delete(&path, &admin).await;
            for list in ["a", "b"] { app.get_public(&format!("/api/{list}")).await; }
            for path in ["/api/x", "/api/y"] { app.get(path, &token).await; }
            for (n, path) in [(1, "/api/one"), (2, "/api/two")] { app.put(&format!("{path}/{id}"), n).await; }
            let path = elsewhere();
            app.put(path).await;
            helper(app).await;
        }
        #[test]
        fn calls_nothing() { let text = "}"; }
    "##;
    let functions = functions("tests/src/x.rs", source);
    let names: Vec<_> = functions.iter().map(|function| (function.name.as_str(), function.is_test)).collect();
    assert_eq!(names, [("helper", false), ("calls_much", true), ("calls_nothing", true)]);
    let call = |method: &str, path: &str| (method.to_owned(), path.to_owned());
    let mut wanted = BTreeSet::from([
        call("GET", "/api/things/{}/parts"),
        call("PUT", "/api/put"),
        call("DELETE", "/api/named/{}"),
        call("GET", "/api/a"),
        call("GET", "/api/b"),
        call("GET", "/api/x"),
        call("GET", "/api/y"),
        call("PUT", "/api/one/{}"),
        call("PUT", "/api/two/{}"),
    ]);
    assert_eq!(functions[1].calls, wanted);
    wanted.insert(call("POST", "/api/through"));
    assert_eq!(through(&functions[1], &functions), wanted);
    assert!(functions[2].calls.is_empty());
}
