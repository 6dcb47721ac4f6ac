//! Wiring: what is started in which order, and stopped in which.
//!
//! Start: the private cluster (unless a database is set), tables, taking over, what was committed, lanes, owners, routes.
//! Stop: live streams, routes, owners' alarm, the Notifier, lanes (everything that waits is written), the cluster.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_rt::Arbiter;
use actix_web::dev::Server;
use actix_web::{App, HttpServer, web};
use sqlx::postgres::PgConnectOptions;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::watch;

use crate::actors::{self, Correspondence, Directory, Notifier, NotifierSettings, Registry};
use crate::channels::{ChannelError, Channels};
use crate::clock::{SharedClock, SystemClock};
use crate::config::{JwksLocation, Settings};
use crate::domain::invalid::Invalid;
use crate::domain::message::HookUrl;
use crate::domain::message::QuietHours;
use crate::http::{self, Connections, Edge, EdgeSettings, JwksSource, TokenRules};
use crate::pages::{self, Pages};
use crate::store::cluster::{Cluster, ClusterError, Durability};
use crate::store::{self, Store, StoreError};
use crate::telemetry::{self, Telemetry, TelemetryError};
use crate::{demo, identity};

/// Threads for lanes, look-ups and follow-ups.
const STORE_THREADS: usize = 2;
/// Connections that may be open at once in one worker: watchers hold theirs.
const CONNECTIONS_MAX: usize = 50_000;
/// How many new connections may wait to be taken.
const BACKLOG: u32 = 4_096;
/// Of so many successful requests one is logged; refusals and failures always are.
const LOG_ONE_SUCCESS_IN: u32 = 100;
/// How often metrics are tidied up while nobody scrapes them.
const METRICS_UPKEEP: Duration = Duration::from_secs(10);
/// How long open requests may take when the server stops, in seconds.
const STOP_SECONDS: u64 = 10;

/// Why the server does not start, as one line for who started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The private cluster does not start.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The database does not answer as it should.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database's URL is not understood.
    #[error("the database's URL is not understood: {0}")]
    DatabaseUrl(#[source] sqlx::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: String,
        /// Why.
        source: std::io::Error,
    },
    /// The address for webhooks is none.
    #[error("webhook_url {0}")]
    WebhookUrl(#[from] Invalid),
    /// No runtime.
    #[error("the runtime cannot be started: {0}")]
    Runtime(#[from] std::io::Error),
    /// The key set cannot be used.
    #[error(transparent)]
    Keys(#[from] http::JwksError),
    /// The pages cannot be made.
    #[error(transparent)]
    Pages(#[from] pages::TemplateError),
    /// Metrics cannot be recorded.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// A way out cannot be opened.
    #[error(transparent)]
    Channels(#[from] ChannelError),
    /// The demo cannot be loaded.
    #[error(transparent)]
    Demo(#[from] demo::DemoError),
}

/// Why a running server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was told to stop, and has written everything.
    Stopped,
    /// Another server owns the database now; this one has written nothing since.
    Fenced,
}

/// A server that listens.
pub struct Application {
    address: SocketAddr,
    base_url: String,
    server: Server,
    options: PgConnectOptions,
    directory: Arc<Directory>,
    store: Store<Registry>,
    cluster: Option<Cluster>,
    arbiters: Vec<Arbiter>,
    runtime: Background,
    stop: watch::Sender<bool>,
    fenced: watch::Receiver<bool>,
}

impl Application {
    /// Starts everything; requests are answered from now on. Must be called inside an actix system.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn build(settings: Settings, clock: SharedClock) -> Result<Self, StartError> {
        let runtime = Background::start()?;
        let (options, cluster) = database(&settings, &runtime).await?;
        Self::assemble(runtime, options, cluster, settings, clock).await
    }

    /// The same on a database that is there already.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn build_on(
        options: PgConnectOptions,
        settings: Settings,
        clock: SharedClock,
    ) -> Result<Self, StartError> {
        Self::assemble(Background::start()?, options, None, settings, clock).await
    }

    async fn assemble(
        runtime: Background,
        options: PgConnectOptions,
        cluster: Option<Cluster>,
        settings: Settings,
        clock: SharedClock,
    ) -> Result<Self, StartError> {
        let telemetry = telemetry::install_metrics()?;
        store::migrate(&options).await?;
        let mut claimed =
            store::claim(options.clone(), identity::new_uuid(), cluster.is_some(), &runtime.handle()).await?;
        let loaded = std::mem::take(&mut claimed.loaded);
        let listener = listen(&settings)?;
        let address = listener.local_addr()?;
        let base_url = settings.base_url(address);
        let webhook = settings.webhook_url.as_ref().map(|url| HookUrl::parse(url.as_str())).transpose()?;
        let mail_domain = settings.mail_from.as_ref().map(|from| from.email.domain().to_owned());
        let correspondence = Correspondence { base_url: base_url.clone(), webhook, mail_domain };
        let (registry, outgoing) = Registry::new(loaded, Arc::clone(&clock), runtime.handle(), correspondence);
        let fenced = registry.fenced_signal();
        let store = claimed.start(&registry, &runtime.handle());
        let notifier = notifier(&settings, (&store, &registry), clock, &runtime.handle())?;
        let (stop, stopping) = watch::channel(false);
        runtime.handle().spawn(tidy_up(telemetry.clone()));
        let arbiters: Vec<Arbiter> = (0..settings.workers.div_ceil(2)).map(|_| Arbiter::new()).collect();
        let directory = actors::open(
            registry,
            outgoing,
            store.lanes.clone(),
            store.reader.clone(),
            arbiters.iter().map(Arbiter::handle).collect(),
            notifier,
            &stopping,
        );
        let connections = Connections {
            directory: Arc::clone(&directory),
            reader: store.reader.clone(),
            real_clock: SystemClock::shared(),
            stopping,
            metrics: Box::new(move || telemetry.render()),
        };
        let edge = web::Data::new(Edge::open(edge_settings(&settings), connections).await?);
        let server = serve(listener, settings.workers, edge, web::Data::new(Pages::open()?))?;
        Ok(Self { address, base_url, server, options, directory, store, cluster, arbiters, runtime, stop, fenced })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base of its links.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The database that it writes to.
    #[must_use]
    pub fn database(&self) -> &PgConnectOptions {
        &self.options
    }

    /// The owners.
    #[must_use]
    pub fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// Runs until `stop` is heard, or until another server owns the database; then stops in order.
    ///
    /// # Errors
    /// The server fell by itself.
    pub async fn run_until_stopped(self, stop: impl Future<Output = ()>) -> Result<Ended, std::io::Error> {
        let Self { server, directory, store, cluster, arbiters, runtime, stop: signal, mut fenced, .. } = self;
        let handle = server.handle();
        let running = actix_rt::spawn(server);
        let fenced = tokio::select! {
            () = stop => false,
            _ = fenced.wait_for(|fenced| *fenced) => true,
        };
        // Streams hear it first: they would hold their connections open otherwise.
        signal.send_replace(true);
        handle.stop(!fenced).await;
        running.await.map_err(std::io::Error::other)??;
        directory.notifier().ended().await;
        drop(directory);
        if !fenced {
            store.stop().await;
        }
        for arbiter in arbiters {
            arbiter.stop();
        }
        if let Some(cluster) = cluster {
            cluster.stop().await;
        }
        drop(runtime);
        Ok(if fenced { Ended::Fenced } else { Ended::Stopped })
    }
}

/// The runtime of lanes, look-ups and follow-ups. Left behind without waiting, which a runtime does not allow by itself
/// where it is dropped among asynchronous work.
struct Background(Option<Runtime>);

impl Background {
    fn start() -> Result<Self, std::io::Error> {
        let threads = Builder::new_multi_thread().worker_threads(STORE_THREADS).enable_all().build()?;
        Ok(Self(Some(threads)))
    }

    fn handle(&self) -> Handle {
        self.0.as_ref().map_or_else(Handle::current, |runtime| runtime.handle().clone())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

async fn database(
    settings: &Settings,
    runtime: &Background,
) -> Result<(PgConnectOptions, Option<Cluster>), StartError> {
    if let Some(url) = &settings.database_url {
        return Ok((url.reveal().parse().map_err(StartError::DatabaseUrl)?, None));
    }
    let (data_dir, pg_bin) = (settings.data_dir.clone(), settings.pg_bin.clone());
    // On the runtime that lives as long as the process: the task that watches the cluster stays there.
    let start =
        runtime.handle().spawn(async move { Cluster::start(&data_dir, pg_bin.as_deref(), Durability::Safe).await });
    let cluster = start.await.map_err(std::io::Error::other)??;
    Ok((cluster.connect_options(), Some(cluster)))
}

fn notifier(
    settings: &Settings,
    (store, registry): (&Store<Registry>, &Arc<Registry>),
    clock: SharedClock,
    runtime: &Handle,
) -> Result<Arc<Notifier>, ChannelError> {
    // Connections to the mail server live where mails are sent from.
    let _context = runtime.enter();
    Ok(Notifier::new(NotifierSettings {
        outbox: store.outbox.clone(),
        posted: Arc::clone(&store.posted),
        channels: Channels::open(settings)?,
        quiet_hours: settings.quiet_hours.and_then(|(from, to)| QuietHours::between(from, to)),
        clock,
        registry: Arc::clone(registry),
    }))
}

async fn tidy_up(telemetry: Telemetry) {
    loop {
        tokio::time::sleep(METRICS_UPKEEP).await;
        telemetry.upkeep();
    }
}

fn listen(settings: &Settings) -> Result<TcpListener, StartError> {
    let (host, port) = (settings.listen.host(), settings.listen.port());
    TcpListener::bind((host, port)).map_err(|source| StartError::Listen { address: format!("{host}:{port}"), source })
}

fn edge_settings(settings: &Settings) -> EdgeSettings {
    EdgeSettings {
        jwt_secret: settings.jwt_secret.as_ref().map(|secret| secret.reveal().to_owned()),
        jwks: settings.jwks.clone().map(|location| match location {
            JwksLocation::File(path) => JwksSource::File(path),
            JwksLocation::Url(url) => JwksSource::Url(url.into()),
        }),
        token_rules: TokenRules {
            issuer: settings.jwt_issuer.clone(),
            audience: settings.jwt_audience.clone(),
            issuers: settings.jwt_issuers.clone(),
        },
        public_rate_per_minute: settings.public_rate_per_minute,
        trusted_proxies: settings.trusted_proxies.networks().to_vec(),
        cors_origins: settings.cors_origins.clone(),
        public_url: settings.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned()),
        mail_from: settings.mail_from.as_ref().map(|from| from.email.to_string()),
        max_in_flight: settings.max_in_flight,
        max_watchers: settings.max_watchers,
        log_one_success_in: LOG_ONE_SUCCESS_IN,
    }
}

fn serve(
    listener: TcpListener,
    workers: usize,
    edge: web::Data<Edge>,
    pages: web::Data<Pages>,
) -> Result<Server, std::io::Error> {
    let access = http::Access::new(&edge.settings);
    let server = HttpServer::new(move || {
        let (edge, pages) = (edge.clone(), pages.clone());
        App::new()
            .wrap(http::cors(&edge.settings))
            .wrap(access.clone())
            .configure(|app| http::configure(app, edge))
            .configure(|app| pages::configure(app, pages))
            .default_service(web::to(http::not_found))
    });
    let server = server
        .workers(workers)
        .max_connections(CONNECTIONS_MAX)
        .backlog(BACKLOG)
        .client_disconnect_timeout(http::BODY_READ_LIMIT)
        .shutdown_timeout(STOP_SECONDS)
        .disable_signals();
    Ok(server.listen(listener)?.run())
}
