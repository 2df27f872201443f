use crate::{ApiError, Face, Query};
use axum::{
    Json,
    extract::{FromRef, FromRequestParts},
    response::{Html, IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use store::{Page, PageRequest};

const NEXT_CURSOR: HeaderName = HeaderName::from_static("x-next-cursor");
const UNREAD_COUNT: HeaderName = HeaderName::from_static("x-unread-count");
const DEFAULT_LIMIT: u32 = 100;
const LARGEST_LIMIT: u32 = 1000;

/// `?limit=` and `?cursor=` of a list.
#[derive(Debug)]
pub struct PageQuery {
    pub request: PageRequest,
    list: String,
    face: Face,
}

#[derive(Deserialize)]
struct Raw {
    limit: Option<String>,
    cursor: Option<String>,
}

impl<S> FromRequestParts<S> for PageQuery
where
    S: Send + Sync,
    Face: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let face = Face::from_ref(state);
        let list = parts.uri.path().to_owned();
        let Query(Raw { limit, cursor }) = Query::from_request_parts(parts, state).await?;
        let limit = limit.map_or(Ok(DEFAULT_LIMIT), |text| text.parse());
        let limit = limit.ok().filter(|limit| (1..=LARGEST_LIMIT).contains(limit));
        let limit = limit.ok_or_else(|| ApiError::invalid("limit", "limit is a whole number from 1 to 1000"))?;
        let after = match cursor {
            None => None,
            Some(cursor) => Some(
                face.cursors
                    .open(&list, &cursor)
                    .ok_or_else(|| ApiError::invalid("cursor", "This cursor is not from this list"))?,
            ),
        };
        Ok(Self { request: PageRequest { limit, after }, list, face })
    }
}

impl PageQuery {
    /// The answer with a page: a bare array, and the cursor of the next page in `X-Next-Cursor`.
    pub fn answer<T, U: Serialize>(&self, page: Page<T>, shape: impl FnMut(T) -> U) -> Listed<U> {
        let next = page.next.as_ref().and_then(|position| self.face.cursors.seal(&self.list, position));
        Listed { items: page.items.into_iter().map(shape).collect(), next }
    }
}

/// A page of a list.
#[derive(Debug)]
pub struct Listed<T> {
    items: Vec<T>,
    next: Option<String>,
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.items).into_response();
        if let Some(next) = self.next.and_then(|next| HeaderValue::try_from(next).ok()) {
            response.headers_mut().insert(NEXT_CURSOR, next);
        }
        response
    }
}

/// A page of a list of which some are unread; how many of all are stands in `X-Unread-Count`.
#[derive(Debug)]
pub struct WithUnread<T> {
    pub list: Listed<T>,
    pub unread: usize,
}

impl<T: Serialize> IntoResponse for WithUnread<T> {
    fn into_response(self) -> Response {
        let mut response = self.list.into_response();
        response.headers_mut().insert(UNREAD_COUNT, self.unread.into());
        response
    }
}

/// A file of JSON for its reader to keep; when it has further parts, `X-Next-Cursor` leads to the next.
#[derive(Debug)]
pub struct Download<T> {
    pub content: T,
    /// What the file is called.
    pub name: String,
    pub next: Option<String>,
}

impl<T: Serialize> IntoResponse for Download<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.content).into_response();
        let disposition = HeaderValue::try_from(format!("attachment; filename=\"{}\"", self.name));
        response.headers_mut().extend(disposition.ok().map(|disposition| (header::CONTENT_DISPOSITION, disposition)));
        if let Some(next) = self.next.and_then(|next| HeaderValue::try_from(next).ok()) {
            response.headers_mut().insert(NEXT_CURSOR, next);
        }
        response
    }
}

/// A list that is small enough to be always shown whole.
#[derive(Debug)]
pub struct Complete<T>(pub Vec<T>);

impl<T: Serialize> IntoResponse for Complete<T> {
    fn into_response(self) -> Response {
        Json(self.0).into_response()
    }
}

/// A thing that was made: 201.
#[derive(Debug)]
pub struct Created<T>(pub T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

/// Done, and nothing to say: 204.
#[derive(Debug, Clone, Copy)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// The browser goes elsewhere: 302, with a cookie that it is to bring back.
#[derive(Debug)]
pub struct Redirect {
    pub location: String,
    pub cookie: Option<HeaderValue>,
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        let Ok(location) = HeaderValue::try_from(self.location) else {
            return ApiError::internal("an address that is no header").into_response();
        };
        let mut response = StatusCode::FOUND.into_response();
        response.headers_mut().insert(header::LOCATION, location);
        response.headers_mut().extend(self.cookie.map(|cookie| (header::SET_COOKIE, cookie)));
        response
    }
}

/// A thing that was made, 201, or that was there before, 200.
#[derive(Debug)]
pub struct MadeOrFound<T> {
    pub thing: T,
    pub made: bool,
}

impl<T: Serialize> IntoResponse for MadeOrFound<T> {
    fn into_response(self) -> Response {
        let status = if self.made { StatusCode::CREATED } else { StatusCode::OK };
        (status, Json(self.thing)).into_response()
    }
}

/// What is done now, or was only begun: 202, and a word on how it goes on.
#[derive(Debug)]
pub enum DoneOrBegun<T, B> {
    Done(T),
    Begun(B),
}

impl<T: Serialize, B: Serialize> IntoResponse for DoneOrBegun<T, B> {
    fn into_response(self) -> Response {
        match self {
            Self::Done(done) => Json(done).into_response(),
            Self::Begun(begun) => (StatusCode::ACCEPTED, Json(begun)).into_response(),
        }
    }
}

/// A page for people, with the Content-Security-Policy that it needs.
#[derive(Debug)]
pub struct HtmlPage {
    pub html: Cow<'static, str>,
    pub policy: &'static str,
}

impl IntoResponse for HtmlPage {
    fn into_response(self) -> Response {
        let mut response = Html(self.html).into_response();
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(self.policy));
        response
    }
}
