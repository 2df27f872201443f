//! What people say to each other: posts, events, conversations, and questions to those who run the product.

mod chat;
mod events;
mod posts;
mod support;

use app::{
    Platform,
    accounts::Accounts,
    chat::Chat,
    community::Community,
    files::Files,
    gatherings::Gatherings,
    portraits::{PortraitFiles, Portraits},
    sockets::Sockets,
    support::Support,
    tokens::JwtKeys,
};
use axum::{Router, extract::FromRef};
use domain::Instant;
use gateways::settings::SettingError;
use std::sync::Arc;
use web::{Face, Routes};

/// What the handlers of this group call.
#[derive(Debug, Clone, FromRef)]
pub struct Deps {
    face: Face,
    accounts: Accounts,
    chat: Chat,
    community: Community,
    gatherings: Gatherings,
    portrait_files: PortraitFiles,
    sockets: Sockets,
    support: Support,
}

impl Deps {
    fn new(platform: &Platform) -> Result<Self, SettingError> {
        let (store, settings) = (&platform.store, &platform.settings);
        let jwt = Arc::new(JwtKeys::from_settings(settings)?);
        let gateway = gateways::sockets::Sockets::from_settings(&platform.aws, settings)?;
        let sockets = Sockets::new(store.clone(), gateway);
        Ok(Self {
            face: crate::face(platform)?,
            accounts: Accounts::new(store.clone(), platform.passwords()?, jwt),
            chat: Chat::new(store.clone(), sockets.clone()),
            community: Community::new(store.clone()),
            gatherings: Gatherings::new(store.clone()),
            portrait_files: PortraitFiles::new(Portraits::new(store.clone(), platform.zone()?), Files::new(platform)?),
            support: Support::new(store.clone()),
            sockets,
        })
    }
}

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    Ok(routes(Router::new()).with_state(Deps::new(platform)?))
}

/// The group's list of routes.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    support::routes(chat::routes(events::routes(posts::routes(routes))))
}

/// How long ago something was, in the client's words.
fn time_since(at: Instant, now: Instant) -> String {
    let minutes = now.since(at).as_mins().max(0);
    let (count, unit) = match minutes {
        0 => return "just now".to_owned(),
        1..60 => (minutes, "minute"),
        60..1440 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_words() {
        let now = Instant::long_ago();
        let ago = |minutes: i64| time_since(now.plus(jiff::SignedDuration::from_mins(-minutes)), now);
        assert_eq!([ago(-5), ago(0), ago(1), ago(59)], ["just now", "just now", "1 minute ago", "59 minutes ago"]);
        assert_eq!([ago(60), ago(150), ago(1440), ago(4000)], ["1 hour ago", "2 hours ago", "1 day ago", "2 days ago"]);
    }
}
