//! What comes over WebSocket connections: the gateway's `$connect`, `$disconnect` and `$default`.
//!
//! A frame that is refused is answered by an error frame, over its own connection alone. While the site is closed no
//! connection opens, and frames are refused.

mod frames;

use crate::maintenance::{MAINTENANCE, closed};
use app::{
    Clock, Context, Platform,
    authentication::{Named, signed_in},
    chat::Chat,
    limits::{FRAMES, Limits},
    site::Site,
    sockets::{Frame, SocketError, Sockets},
};
use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest as Event};
use domain::{account::Member, event::Actor};
use frames::Sent;
use gateways::settings::SettingError;
use http::header::ORIGIN;
use std::sync::Arc;
use store::{Connection, Store};
use web::{ApiError, Origins};

/// The largest frame that the gateway takes.
const LARGEST: usize = 32 * 1024;

/// What the gateway's events come to.
#[derive(Debug, Clone)]
pub struct Socket {
    store: Store,
    sockets: Sockets,
    chat: Chat,
    limits: Limits,
    site: Site,
    origins: Origins,
    clock: Arc<dyn Clock>,
}

fn answer(status: i64) -> ApiGatewayProxyResponse {
    let mut answer = ApiGatewayProxyResponse::default();
    answer.status_code = status;
    answer
}

impl Socket {
    /// Wires it.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let (store, settings) = (&platform.store, &platform.settings);
        let gateway = gateways::sockets::Sockets::from_settings(&platform.aws, settings)?;
        let sockets = Sockets::new(store.clone(), gateway);
        Ok(Self {
            chat: Chat::new(store.clone(), sockets.clone()),
            sockets,
            limits: Limits::new(store.clone()),
            site: Site::new(store.clone()),
            origins: Origins::from_settings(settings, "ASPIREX_ORIGINS")?,
            clock: platform.clock.clone(),
            store: store.clone(),
        })
    }

    /// Does what an event asks for. Only the answer to `$connect` decides anything.
    pub async fn handle(&self, event: Event) -> ApiGatewayProxyResponse {
        self.run(event).await.unwrap_or_else(|error| answer(i64::from(error.status.as_u16())))
    }

    /// The same, where what is our own fault is an error: nobody but Lambda counts it.
    pub async fn run(&self, event: Event) -> Result<ApiGatewayProxyResponse, ApiError> {
        let cx = self.context(&event);
        let Some(id) = event.request_context.connection_id.clone() else { return Ok(answer(400)) };
        // The states of these are large, and one of them is needed at a time.
        let done = match event.request_context.route_key.as_deref() {
            Some("$connect") => Box::pin(self.connect(&cx, &event, &id)).await,
            Some("$disconnect") => Box::pin(self.disconnect(&cx, &id)).await,
            _ => Box::pin(self.receive(&cx, &event, &id)).await,
        };
        match done {
            Ok(()) => Ok(answer(200)),
            Err(error) if error.status.is_server_error() && error.code != MAINTENANCE => {
                tracing::error!(code = error.code, "a connection's event failed");
                Err(error)
            }
            Err(error) => {
                tracing::info!(code = error.code, "a connection's event came to nothing");
                Ok(answer(i64::from(error.status.as_u16())))
            }
        }
    }

    /// Refuses while the site is closed.
    async fn must_be_open(&self, cx: &Context) -> Result<(), ApiError> {
        closed(&self.site, cx.now).await.map_or(Ok(()), Err)
    }

    fn context(&self, event: &Event) -> Context {
        let source = event.request_context.identity.source_ip.as_deref().and_then(|source| source.parse().ok());
        let cx = Context::new(crate::PRODUCT, self.clock.now(), Actor::Visitor);
        Context { source, ..cx.caused_by(event.request_context.request_id.clone()) }
    }

    /// Lets in whoever has a ticket, from a page of the face's own if from a page at all.
    async fn connect(&self, cx: &Context, event: &Event, id: &str) -> Result<(), ApiError> {
        let origin = event.headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
        if origin.is_some_and(|origin| !self.origins.contains(origin)) {
            return Err(ApiError::forbidden("ORIGIN_NOT_ALLOWED", "This request may not be sent from this page"));
        }
        self.must_be_open(cx).await?;
        let ticket = event.query_string_parameters.first("ticket").unwrap_or_default();
        let opening = self.sockets.opening(cx, ticket, id).await?;
        self.member(cx, &opening.connection).await?;
        let connection = self.sockets.open(cx, opening).await?;
        // The connection is there once this is answered: whoever else is told needs no frame to reach it.
        self.sockets.tell_came(cx, &connection).await;
        Ok(())
    }

    async fn disconnect(&self, cx: &Context, id: &str) -> Result<(), ApiError> {
        let Some(connection) = self.sockets.connection(cx.product, id).await? else { return Ok(()) };
        self.sockets.forget(&connection).await?;
        self.sockets.tell_went(cx, connection.account_id).await;
        Ok(())
    }

    /// Who stands behind a connection, as the table has it now.
    async fn member(&self, cx: &Context, connection: &Connection) -> Result<Member, ApiError> {
        let named = Named { account: connection.account_id, session: connection.session_id, product: cx.product };
        let signed_in = signed_in(&self.store, named, cx.now).await?;
        Ok(signed_in.member)
    }

    async fn receive(&self, cx: &Context, event: &Event, id: &str) -> Result<(), ApiError> {
        if !event.is_base64_encoded && event.body.as_deref().is_some_and(Sent::is_ping) {
            self.sockets.pong(id).await;
            return Ok(());
        }
        let Some(connection) = self.sockets.connection(cx.product, id).await? else {
            return Err(SocketError::BadTicket.into());
        };
        let (sent, refused) = match self.sent(cx, event, &connection).await {
            Ok(sent) => {
                let refused = Box::pin(self.act(cx, &connection, &sent)).await.err();
                (Some(sent), refused)
            }
            Err(error) => (None, Some(error)),
        };
        let Some(error) = refused else { return Ok(()) };
        let client_id = sent.and_then(|sent| sent.client_id());
        let over = error.status == http::StatusCode::UNAUTHORIZED;
        self.sockets.answer(cx, &connection, &Frame::error(error.code, error.detail.clone(), client_id)).await;
        if over {
            self.sockets.close(&connection).await?;
            self.sockets.tell_went(cx, connection.account_id).await;
        }
        // Its sender was told; whoever runs this learns of what is no sender's fault.
        if error.status.is_server_error() { Err(error) } else { Ok(()) }
    }

    /// What was sent, when it is something that can be understood, and not too much.
    async fn sent(&self, cx: &Context, event: &Event, connection: &Connection) -> Result<Sent, ApiError> {
        self.limits.take(cx, FRAMES, &format!("account:{}", connection.account_id)).await?;
        if event.is_base64_encoded {
            return Err(ApiError::bad_request("BINARY_FRAME", "Frames are text"));
        }
        let body = event.body.as_deref().unwrap_or_default();
        if body.len() > LARGEST {
            return Err(ApiError::bad_request("FRAME_TOO_LARGE", "A frame must be at most 32 KB"));
        }
        Sent::parse(body)
    }

    async fn act(&self, cx: &Context, connection: &Connection, sent: &Sent) -> Result<(), ApiError> {
        self.must_be_open(cx).await?;
        let by = self.member(cx, connection).await?;
        let cx = &Context { actor: Actor::Account(by.id()), ..cx.clone() };
        match sent {
            Sent::Send { conversation_id, content, client_id } => {
                self.chat.say(cx, &by, *conversation_id, content.clone(), client_id.clone()).await?;
            }
            Sent::Read { conversation_id, sequence } => {
                self.chat.read(cx, &by, *conversation_id, *sequence).await?;
            }
            Sent::Ping {} => self.sockets.answer(cx, connection, &Frame::pong()).await,
            Sent::Presence {} => {
                for partner in self.chat.partners(cx, &by).await? {
                    let frame = Frame::presence(partner.who.shown_id(), partner.online, cx.now);
                    self.sockets.answer(cx, connection, &frame).await;
                }
            }
        }
        Ok(())
    }
}
