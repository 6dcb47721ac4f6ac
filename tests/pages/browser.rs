//! A headless Chromium of one's own, driven by WebDriver, and what a person would look for on a page.

use std::process::Stdio;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How often in a row a page may renew an element just before it is used.
const RENEWALS_MAX: usize = 5;
/// How long a page may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// One browser, ended when it is dropped.
pub struct Browser {
    pub page: Client,
    _driver: Child,
    _profile: TempDir,
}

/// What kind of device looks at the page.
#[derive(Clone, Copy)]
pub enum Screen {
    /// The display on the wall.
    Display,
    /// A supervisor's desk.
    Desk,
    /// The same at a zoom of 200 %.
    DeskZoomed,
    /// A phone.
    Phone,
    /// A small phone.
    SmallPhone,
}

impl Screen {
    fn size(self) -> (u32, u32) {
        match self {
            Self::Display => (1920, 1080),
            Self::Desk => (1440, 900),
            Self::DeskZoomed => (720, 450),
            Self::Phone => (390, 844),
            Self::SmallPhone => (320, 640),
        }
    }
}

impl Browser {
    /// Opens a browser.
    pub async fn open(screen: Screen) -> Self {
        Self::with_script(screen, true).await
    }

    /// Opens a browser, with or without scripts.
    pub async fn with_script(screen: Screen, script: bool) -> Self {
        Self::start(screen, script, "Etc/UTC").await
    }

    /// Opens a browser of somebody who lives in that zone.
    pub async fn living_in(screen: Screen, zone: &str) -> Self {
        Self::start(screen, true, zone).await
    }

    async fn start(screen: Screen, script: bool, zone: &str) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .env("TZ", zone)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver is installed (make test does it)");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next_line().await.unwrap().expect("chromedriver says its port");
            if let Some((_, port)) = line.rsplit_once("successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        // It must not block on a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let profile = TempDir::new().unwrap();
        let (width, height) = screen.size();
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--no-first-run".to_owned(),
            "--force-prefers-reduced-motion".to_owned(),
            format!("--window-size={width},{height}"),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        let script = if script { 1 } else { 2 };
        let options = json!({
            "args": arguments,
            "prefs": { "profile.managed_default_content_settings.javascript": script },
        });
        let capabilities = [("goog:chromeOptions".to_owned(), options)].into_iter().collect();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let page = builder.capabilities(capabilities).connect(&format!("http://127.0.0.1:{port}")).await.unwrap();
        Self { page, _driver: driver, _profile: profile }
    }

    /// Goes to an address.
    pub async fn go(&self, address: &str) {
        self.page.goto(address).await.unwrap();
    }

    /// The element, as soon as it is there.
    pub async fn find(&self, css: &str) -> Element {
        let wait = self.page.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        wait.unwrap_or_else(|error| panic!("{css} is not there: {error}"))
    }

    /// Types into a field.
    pub async fn fill(&self, css: &str, text: &str) {
        for _ in 1..RENEWALS_MAX {
            match self.find(css).await.send_keys(text).await {
                Err(error) if error.is_stale_element_reference() => {}
                typed => return typed.unwrap(),
            }
        }
        self.find(css).await.send_keys(text).await.unwrap();
    }

    /// Clicks. A page that renews itself may put another element in the place of the one that was just found: that one is
    /// clicked then, as a person would.
    pub async fn click(&self, css: &str) {
        for _ in 1..RENEWALS_MAX {
            match self.find(css).await.click().await {
                Err(error) if error.is_stale_element_reference() => {}
                clicked => return clicked.unwrap(),
            }
        }
        self.find(css).await.click().await.unwrap();
    }

    /// The text that a person reads there now; empty when there is none.
    pub async fn text(&self, css: &str) -> String {
        match self.page.find(Locator::Css(css)).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until a person reads these words there.
    pub async fn wait_for(&self, css: &str, words: &str) {
        let read = tokio::time::timeout(PATIENCE, async {
            while !self.text(css).await.contains(words) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        if read.await.is_err() {
            panic!("{css} says {:?}, not {words:?}", self.text(css).await);
        }
    }

    /// How often the page was loaded: 1 as long as it was not reloaded since `mark`.
    pub async fn mark(&self) {
        self.page.execute("window.notReloaded = true", vec![]).await.unwrap();
    }

    /// Whether the page is still the one that was marked.
    pub async fn is_same_page(&self) -> bool {
        self.page.execute("return window.notReloaded === true", vec![]).await.unwrap() == json!(true)
    }

    /// Whether nothing sticks out sideways.
    pub async fn fits_sideways(&self) -> bool {
        let script = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        self.page.execute(script, vec![]).await.unwrap() == json!(true)
    }

    /// The whole source as it is now.
    pub async fn source(&self) -> String {
        self.page.source().await.unwrap()
    }

    /// Ends the browser.
    pub async fn close(self) {
        self.page.close().await.unwrap();
    }
}
