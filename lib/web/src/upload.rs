//! Files that come with a form.

use crate::{
    ApiError,
    body::{object, parse, unreadable_body},
    layers::UPLOAD_LIMIT,
};
use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
};
use futures::stream;
use http::{HeaderMap, StatusCode, header};
use multer::Multipart;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::{convert::Infallible, marker::PhantomData};

/// A form has no more parts than this.
const MOST_PARTS: usize = 50;

/// A file as it was uploaded. What its name and type say of it is only said.
#[derive(Debug)]
pub struct UploadedFile(pub Bytes);

/// What may be sent as a JSON body, or as a form (`multipart/form-data`) with a file. A form without a file is read like
/// the JSON body.
#[derive(Debug)]
pub enum JsonOrUpload<T, F> {
    Json(T),
    Upload(F, UploadedFile),
}

/// Whether a request says that its body is such a form.
pub(crate) fn is_upload(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

impl<T: DeserializeOwned, F: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonOrUpload<T, F> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_upload(request.headers()) {
            return parse(object(request, state).await?).map(Self::Json);
        }
        let (fields, file) = form(request).await?;
        match file {
            Some((_, file)) => Ok(Self::Upload(parse(fields)?, file)),
            None => parse(fields).map(Self::Json),
        }
    }
}

/// The names under which a form may send its file.
pub trait FileFields: 'static {
    /// One or several, of which one is sent.
    const NAMES: &'static [&'static str];
}

/// A form (`multipart/form-data`) of one file, with the name under which it came.
#[derive(Debug)]
pub struct OneFile<F> {
    pub field: &'static str,
    pub content: Bytes,
    names: PhantomData<F>,
}

impl<F: FileFields, S: Send + Sync> FromRequest<S> for OneFile<F> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        if !is_upload(request.headers()) {
            return Err(invalid_form());
        }
        // Whatever else the form says is nobody's.
        let (_, file) = form(request).await?;
        let sent = file.and_then(|(name, UploadedFile(content))| {
            let field = F::NAMES.iter().find(|known| **known == name)?;
            Some(Self { field, content, names: PhantomData })
        });
        let wanted = F::NAMES.join(" or ");
        sent.ok_or_else(|| ApiError::invalid(F::NAMES.first().copied().unwrap_or("file"), format!("No {wanted} file provided")))
    }
}

fn invalid_form() -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "INVALID_FORM", "The form could not be read")
}

/// What a form sends.
type Form = (Value, Option<(String, UploadedFile)>);

async fn form(request: Request) -> Result<Form, ApiError> {
    let boundary = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let boundary = boundary.and_then(|kind| multer::parse_boundary(kind).ok()).ok_or_else(invalid_form)?;
    let bytes = to_bytes(request.into_body(), UPLOAD_LIMIT).await.map_err(|error| unreadable_body(&error))?;
    read(bytes, boundary).await
}

/// The texts of a form by their names, several under one name as a list, and its file with its name.
async fn read(bytes: Bytes, boundary: String) -> Result<Form, ApiError> {
    let body = stream::iter([Ok::<_, Infallible>(bytes)]);
    let mut form = Multipart::new(body, boundary);
    let (mut fields, mut file) = (Map::new(), None);
    let mut parts = 0;
    while let Some(part) = form.next_field().await.map_err(|_| invalid_form())? {
        parts += 1;
        if parts > MOST_PARTS {
            return Err(invalid_form());
        }
        let name = part.name().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some();
        let content = part.bytes().await.map_err(|_| invalid_form())?;
        if content.is_empty() {
            // That is how browsers send what was left out.
            continue;
        }
        if is_file {
            if file.is_some() {
                return Err(ApiError::invalid(name, "Send one file"));
            }
            file = Some((name, UploadedFile(content)));
            continue;
        }
        let text = std::str::from_utf8(&content).map_err(|_| invalid_form())?.to_owned();
        match fields.get_mut(&name) {
            Some(Value::Array(several)) => several.push(text.into()),
            Some(one) => *one = Value::Array(vec![one.take(), text.into()]),
            None => _ = fields.insert(name, text.into()),
        }
    }
    Ok((fields.into(), file))
}
