//! The session cookie: the third form of credentials, for clients that keep no token within reach of scripts.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use domain::{Instant, account::Session};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;

/// The cookie's name (L-28).
const NAME: &str = "session_token";

/// When browsers send a session cookie along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// To the API's own site, and with links that lead there.
    Lax,
    /// From everywhere, for a client on another site; unsafe requests need an allowed Origin.
    None,
}

impl SameSite {
    fn as_str(self) -> &'static str {
        match self {
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// The token in a request's session cookie.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    brought_back(headers, NAME).map(|token| token.trim_matches('"')).filter(|token| !token.is_empty())
}

/// The header that gives a browser its session, for as long as the session can live.
pub fn set_cookie(token: &str, session: &Session, same_site: SameSite, now: Instant) -> Option<HeaderValue> {
    let lasts = session.ends_at().since(now).as_secs().max(0);
    let same_site = same_site.as_str();
    HeaderValue::try_from(format!("{NAME}={token}; Max-Age={lasts}; Path=/; HttpOnly; Secure; SameSite={same_site}")).ok()
}

/// The header that takes a browser's session away.
pub fn clear_cookie(same_site: SameSite) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{NAME}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite={}", same_site.as_str())).ok()
}

/// A cookie in which a browser keeps what it must bring back, for some seconds. It is sent along with links that lead here.
pub fn passing_cookie(name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; Secure; SameSite=Lax")).ok()
}

/// What a browser brings back under a name.
pub fn brought_back<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    pairs(headers).find(|(found, _)| *found == name).map(|(_, value)| value)
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// A JSON answer that gives a browser its session, or takes it away.
#[derive(Debug)]
pub struct WithCookie<T> {
    pub answer: T,
    pub cookie: Option<HeaderValue>,
}

impl<T: Serialize> IntoResponse for WithCookie<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.answer).into_response();
        response.headers_mut().extend(self.cookie.map(|cookie| (header::SET_COOKIE, cookie)));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_among_other_cookies_and_under_its_exact_name() {
        let token_in = |cookies: &'static str| {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(cookies))]);
            token(&headers).map(str::to_owned)
        };
        assert_eq!(token_in("theme=dark; session_token=st_1.x; lang=en").as_deref(), Some("st_1.x"));
        assert_eq!(token_in("session_token=\"st_1.x\"").as_deref(), Some("st_1.x"));
        for none in ["", "session_token=", "my_session_token=st_1.x", "Session_Token=st_1.x", "session_token"] {
            assert_eq!(token_in(none), None, "{none}");
        }
    }
}
