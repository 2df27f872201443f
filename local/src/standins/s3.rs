//! A stand-in for S3: one bucket's objects, asked by path, each request's signature checked as S3 checks it. Tests have
//! it fail and look at what it keeps.

mod signature;

use crate::{MovableClock, folder::write_whole};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, OriginalUri, Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tower_http::cors::CorsLayer;

/// The headers that an object keeps, and is served with.
const KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::CONTENT_DISPOSITION, header::CACHE_CONTROL];
/// The largest object that is taken.
const LARGEST: usize = 32 * 1024 * 1024;

/// The stand-in.
#[derive(Debug, Clone)]
pub struct S3 {
    clock: Arc<MovableClock>,
    kept: Arc<Mutex<Kept>>,
    folder: Option<Arc<PathBuf>>,
}

#[derive(Debug, Default)]
struct Kept {
    objects: BTreeMap<String, Object>,
    down: bool,
    asked: BTreeSet<Asked>,
}

/// An object as it is kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Object {
    pub headers: BTreeMap<String, String>,
    #[serde(skip)]
    pub content: Vec<u8>,
}

/// One request that was let in: whose key signed it, what it did, and to which object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    pub by: String,
    pub method: String,
    pub key: String,
}

impl S3 {
    /// With the objects of a folder, or in memory.
    pub fn new(clock: Arc<MovableClock>, folder: Option<PathBuf>) -> std::io::Result<Self> {
        let mut kept = Kept::default();
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder)?;
            for file in std::fs::read_dir(folder)? {
                let path = file?.path();
                if let Some((key, object)) = read(&path)? {
                    kept.objects.insert(key, object);
                }
            }
        }
        Ok(Self { clock, kept: Arc::new(Mutex::new(kept)), folder: folder.map(Arc::new) })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes it down, or brings it back.
    pub fn set_down(&self, down: bool) {
        self.kept().down = down;
    }

    /// Every object's key.
    pub fn keys(&self) -> Vec<String> {
        self.kept().objects.keys().cloned().collect()
    }

    /// An object.
    pub fn object(&self, key: &str) -> Option<Object> {
        self.kept().objects.get(key).cloned()
    }

    /// Every request that was let in, each once.
    pub fn asked(&self) -> BTreeSet<Asked> {
        self.kept().asked.clone()
    }

    fn file(&self, key: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(key.replace('%', "%25").replace('/', "%2F")))
    }

    fn put(&self, key: &str, object: Object) -> std::io::Result<()> {
        if let Some(file) = self.file(key) {
            let mut bytes = serde_json::to_vec(&object)?;
            bytes.push(b'\n');
            bytes.extend_from_slice(&object.content);
            write_whole(&file, &bytes)?;
        }
        self.kept().objects.insert(key.to_owned(), object);
        Ok(())
    }

    fn delete(&self, key: &str) -> std::io::Result<()> {
        if self.kept().objects.remove(key).is_some()
            && let Some(file) = self.file(key)
        {
            std::fs::remove_file(file)?;
        }
        Ok(())
    }
}

/// An object of the folder: its headers in the first line, its content behind that. What was written half is none.
fn read(path: &std::path::Path) -> std::io::Result<Option<(String, Object)>> {
    let name = path.file_name().and_then(|name| name.to_str()).filter(|name| !name.ends_with(".half"));
    let Some(name) = name else { return Ok(None) };
    let bytes = std::fs::read(path)?;
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return Ok(None) };
    let Ok(mut object) = serde_json::from_slice::<Object>(&bytes[..end]) else { return Ok(None) };
    object.content = bytes[end + 1..].to_vec();
    Ok(Some((name.replace("%2F", "/").replace("%25", "%"), object)))
}

/// The API. Browsers may put and get what they have a link to, from wherever they are on this machine.
pub fn router(s3: S3) -> Router {
    Router::new()
        .route("/{bucket}/{*key}", get(answer).put(answer).delete(answer))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(CorsLayer::permissive())
        .with_state(s3)
}

async fn answer(
    State(s3): State<S3>,
    Path((_, key)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if s3.kept().down {
        return error(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", "The stand-in was told to fail.");
    }
    let request = signature::Request { method: &method, uri: &uri, headers: &headers, body: &body };
    let by = match signature::check(&request, app::Clock::now(&*s3.clock)) {
        Ok(by) => by,
        Err((code, message)) => return error(StatusCode::FORBIDDEN, code, message),
    };
    s3.kept().asked.insert(Asked { by, method: method.to_string(), key: key.clone() });
    let failed = |problem: std::io::Error| error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", &problem.to_string());
    match method {
        Method::PUT => {
            let kept = KEPT.iter().filter_map(|name| Some((name.to_string(), headers.get(name)?.to_str().ok()?.to_owned())));
            let object = Object { headers: kept.collect(), content: body.to_vec() };
            s3.put(&key, object).map_or_else(failed, |()| StatusCode::OK.into_response())
        }
        Method::DELETE => s3.delete(&key).map_or_else(failed, |()| StatusCode::NO_CONTENT.into_response()),
        _ => match s3.object(&key) {
            Some(object) => served(object),
            None => error(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist."),
        },
    }
}

fn served(object: Object) -> Response {
    let mut response = object.content.into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    for (name, value) in object.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn error(status: StatusCode, code: &str, message: &str) -> Response {
    let xml =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    (status, [(header::CONTENT_TYPE, "application/xml")], xml).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_outlive_the_server_and_what_was_removed_does_not() {
        let folder = std::env::temp_dir().join(format!("local-s3-{}", std::process::id()));
        let s3 = || S3::new(Arc::new(MovableClock::new(None)), Some(folder.clone())).unwrap();
        let object = Object { headers: BTreeMap::from([("content-type".into(), "image/png".into())]), content: b"a\nb".to_vec() };
        let first = s3();
        first.put("mansa/photos/1", object).unwrap();
        first.put("mansa/photos/2", Object::default()).unwrap();
        first.delete("mansa/photos/2").unwrap();
        let again = s3();
        std::fs::remove_dir_all(&folder).unwrap();
        let found = again.object("mansa/photos/1").unwrap();
        assert_eq!((again.keys().len(), &*found.content, &*found.headers["content-type"]), (1, &b"a\nb"[..], "image/png"));
    }
}
