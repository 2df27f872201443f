use crate::{
    Data, MovableClock, Options, Pump, StartError, claims, demo_data,
    environment::{TABLE, environment},
    faces,
    folder::Folder,
    recorder::Recorder,
    secrets::Secrets,
    standins::{
        Services,
        dynamodb::{self, Meter},
        eventbridge::{self, Consumer, EventBridge},
        razorpay::{self as provider, Provider},
        ses::{self, Inbox},
    },
};
use ::razorpay::settlement::Settlement;
use app::Platform;
use axum::Router;
use gateways::settings::Settings;
use jiff::SignedDuration;
use secrecy::SecretString;
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};
use store::{Store, schema};
use tokio::{net::TcpListener, sync::watch};
use triggers::Sender;
use workers::{bounces::Bounces, notifier::Notifier, projector::Projector, scheduler::Scheduler, sweeper::Sweeper};

/// A running local server. Dropping it stops it.
#[derive(Debug)]
pub struct Local {
    /// `http://127.0.0.1:<port>`.
    pub url: String,
    pub platform: Platform,
    pub clock: Arc<MovableClock>,
    pub inbox: Inbox,
    pub bus: EventBridge,
    pub provider: Provider,
    pub services: Services,
    pub pump: Pump,
    /// Present when [`Options::metered`].
    pub meter: Option<Meter>,
    /// Present when [`Options::recorded`].
    pub recorder: Option<Recorder>,
    /// Every demo account's password.
    pub demo_password: String,
    /// Whether the demo data were put in by this start.
    pub first_start: bool,
    /// The settings with which a function that runs elsewhere joins this server's table and stand-ins.
    pub environment: BTreeMap<String, String>,
    stop: watch::Sender<bool>,
    _folder: Option<Folder>,
}

impl Drop for Local {
    fn drop(&mut self) {
        // Whoever listens is gone already if this fails.
        let _ = self.stop.send(true);
    }
}

/// What the pages need.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub url: String,
    pub clock: Arc<MovableClock>,
    pub inbox: Inbox,
    pub bus: EventBridge,
    pub provider: Provider,
    pub pump: Pump,
    pub demo_password: String,
    pub environment: BTreeMap<String, String>,
    pub webhooks: Sender,
    pub recorder: Option<Recorder>,
    pub store: Store,
}

async fn listen(port: u16) -> Result<(TcpListener, String), StartError> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => StartError::new(format!("Port {port} is in use; choose another with --port.")),
        _ => StartError::new(format!("Port {port} cannot be used: {error}.")),
    })?;
    let address = listener.local_addr().map_err(|error| StartError::new(error.to_string()))?;
    Ok((listener, format!("http://{address}")))
}

fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "a listener failed");
        }
    });
}

/// Starts everything on 127.0.0.1. The port answers as soon as this returns.
pub async fn start(options: Options) -> Result<Local, StartError> {
    // The HTTP clients want a TLS provider even where only plain HTTP is spoken.
    gateways::razorpay::install_tls_provider();
    // The port first: a server that cannot start touches nobody's data.
    let (listener, url) = listen(options.port).await?;
    let folder = match &options.data {
        Data::Folder(path) => Some(Folder::take(path, options.reset)?),
        Data::InMemory => None,
    };
    let secrets = Secrets::load(folder.as_ref(), options.demo_password.as_deref())?;
    let (stop, stopped) = watch::channel(false);
    let clock = Arc::new(match options.stands_at {
        Some(at) => MovableClock::standing(at),
        None => MovableClock::new(folder.as_ref().map(|folder| folder.join("clock"))),
    });
    let unusable = |error: std::io::Error| StartError::new(format!("The data folder cannot be used: {error}."));
    let inbox = Inbox::new(clock.clone(), folder.as_ref().map(|folder| folder.join("mail"))).map_err(unusable)?;
    let recorder = options.recorded.then(|| Recorder::new(clock.clone()));
    let bus = EventBridge::new(folder.as_ref().map(|folder| folder.join("queue"))).map_err(unusable)?.recorded(recorder.clone());

    let (engine, meter) = start_engine(&options, recorder.clone(), &stopped).await?;
    let (standins_listener, standins) = listen(0).await?;
    let environment = environment(&options, &secrets, &url, &standins, &engine);
    let settings = Settings::from_values(environment.clone());
    let broken = |error: gateways::settings::SettingError| StartError::new(format!("{error}."));
    let provider =
        Provider::new(clock.clone(), folder.as_ref().map(|folder| folder.join("razorpay.json")), provider_keys(&settings)?)
            .recorded(recorder.clone());
    let services = Services::new(clock.clone(), folder.as_ref().map(|folder| folder.join("files"))).map_err(unusable)?;
    let apis = Router::new()
        .merge(services.router())
        .nest("/ses", ses::router(inbox.clone(), bus.clone(), recorder.clone()))
        .nest_service("/events", eventbridge::router(bus.clone()))
        .nest("/razorpay", provider::router(provider.clone()));
    serve(standins_listener, apis, stopped.clone());

    let platform = Platform::new(settings, clock.clone()).map_err(broken)?;
    platform.zone().map_err(broken)?;
    if let Err(error) = schema::create(&platform.aws.dynamodb(), TABLE).await {
        tracing::debug!(%error, "no table");
        return Err(StartError::new(format!("No DynamoDB answers as it should at {engine}.")));
    }
    if folder.is_some() && options.dynamodb_endpoint.is_none() {
        claims::forget_unfinished(&platform.aws.dynamodb(), TABLE, store::DONE_LEASE).await.map_err(StartError::new)?;
    }
    let pump = wire_workers(&platform, &bus).map_err(broken)?;
    let demo_password = secrets.demo_password;
    let first_start = match options.demo_data {
        true => demo_data::seed(&platform, &demo_password)
            .await
            .map_err(|error| StartError::new(format!("The demo data could not be written: {error}.")))?,
        false => false,
    };
    pump.drain().await;
    folder.as_ref().map_or(Ok(()), Folder::mark_ready)?;

    let shared = Shared {
        url: url.clone(),
        clock: clock.clone(),
        inbox: inbox.clone(),
        bus: bus.clone(),
        provider: provider.clone(),
        pump: pump.clone(),
        demo_password: demo_password.clone(),
        recorder: recorder.clone(),
        store: platform.store.clone(),
        environment: environment.clone(),
        webhooks: Sender::new(format!("{url}/api/payment/webhook")).map_err(|error| StartError::new(error.to_string()))?,
    };
    serve(listener, faces::router(&platform, shared, services.sockets.clone(), &options).map_err(broken)?, stopped.clone());
    if options.background {
        spawn_until(stopped, pump.clone().run());
    }
    Ok(Local {
        url,
        platform,
        clock,
        inbox,
        bus,
        provider,
        services,
        pump,
        meter,
        recorder,
        demo_password,
        first_start,
        environment,
        stop,
        _folder: folder,
    })
}

fn spawn_until(mut stopped: watch::Receiver<bool>, work: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(async move {
        tokio::select! {
            () = work => {}
            _ = stopped.wait_for(|stop| *stop) => {}
        }
    });
}

async fn start_engine(
    options: &Options,
    recorder: Option<Recorder>,
    stopped: &watch::Receiver<bool>,
) -> Result<(String, Option<Meter>), StartError> {
    let engine = match &options.dynamodb_endpoint {
        Some(endpoint) => endpoint.clone(),
        None => {
            let (listener, url) = listen(0).await?;
            let database = dynamodb::open(&options.data)?;
            let mut stopped = stopped.clone();
            tokio::spawn(async move {
                let stop = async move {
                    let _ = stopped.wait_for(|stop| *stop).await;
                };
                if let Err(error) = dynoxide::server::serve_with_shutdown(listener, database, stop).await {
                    tracing::error!(error, "the table's engine failed");
                }
            });
            url
        }
    };
    // Writes to a table that runs elsewhere are not remembered: nothing stands in their way.
    let recorder = recorder.filter(|_| options.dynamodb_endpoint.is_none());
    if !options.metered && recorder.is_none() {
        return Ok((engine, None));
    }
    let meter = Meter::new(engine, options.metered, recorder);
    let (listener, url) = listen(0).await?;
    serve(listener, dynamodb::metered(meter.clone()), stopped.clone());
    Ok((url, options.metered.then_some(meter)))
}

fn provider_keys(settings: &Settings) -> Result<(String, SecretString, SecretString), StartError> {
    let broken = |error: gateways::settings::SettingError| StartError::new(format!("{error}."));
    let key_id = settings.required("RAZORPAY_KEY_ID").map_err(broken)?.to_owned();
    let key_secret = settings.secret("RAZORPAY_KEY_SECRET").map_err(broken)?;
    Ok((key_id, key_secret, settings.secret("RAZORPAY_WEBHOOK_SECRET").map_err(broken)?))
}

fn wire_workers(platform: &Platform, bus: &EventBridge) -> Result<Pump, gateways::settings::SettingError> {
    let settlement = Settlement::new(platform);
    bus.subscribe(Consumer::new("settlement", ::razorpay::settlement::HANDLED, move |batch| {
        let settlement = settlement.clone();
        Box::pin(async move { settlement.handle(batch).await })
    }));
    let notifier = Notifier::new(platform)?;
    bus.subscribe(Consumer::new("notifier", workers::notifier::HANDLED, move |batch| {
        let notifier = notifier.clone();
        Box::pin(async move { notifier.handle(batch).await })
    }));
    let projector = Projector::new(platform)?;
    bus.subscribe(Consumer::new("projector", workers::projector::HANDLED, move |batch| {
        let projector = projector.clone();
        Box::pin(async move { projector.handle(batch).await })
    }));
    let bounces = Bounces::new(platform);
    bus.subscribe(Consumer::new("bounces", workers::bounces::HANDLED, move |batch| {
        let bounces = bounces.clone();
        Box::pin(async move { bounces.handle(batch).await })
    }));
    let sweeper = Sweeper::new(platform, SignedDuration::ZERO)?;
    Ok(Pump::new(sweeper, Scheduler::new(platform)?, bus.clone()))
}
