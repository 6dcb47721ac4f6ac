//! All clerks together, at work as tasks while something is being broken.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;

use crate::clerk::Clerk;
use crate::ledger::Ledger;
use crate::stage::Stage;
use crate::support::dice::Dice;

/// The clerks when they are not at work.
pub struct Crew {
    clerks: Vec<Clerk>,
    pub ledger: Ledger,
}

/// The clerks at work.
pub struct Shift {
    go_home: Arc<AtomicBool>,
    tasks: JoinSet<Clerk>,
    ledger: Ledger,
}

impl Crew {
    pub fn new(stage: &Stage, dice: &Dice) -> Self {
        let ledger = Ledger::default();
        let clerk =
            |(name, bearer): (usize, &String)| Clerk::new(name, bearer.clone(), dice.part(name as u64), ledger.clone());
        Self { clerks: stage.bearers.iter().enumerate().map(clerk).collect(), ledger: ledger.clone() }
    }

    /// Everybody asks for the answers that never came.
    pub async fn settle(&mut self, address: SocketAddr) {
        for clerk in &mut self.clerks {
            clerk.settle(address).await;
        }
    }

    /// Everybody starts to work at the server at this address.
    pub fn begin(self, address: SocketAddr) -> Shift {
        let go_home = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for mut clerk in self.clerks {
            let go_home = go_home.clone();
            tasks.spawn(async move {
                clerk.work(address, &go_home).await;
                clerk
            });
        }
        Shift { go_home, tasks, ledger: self.ledger }
    }
}

impl Shift {
    /// How many commands have been acknowledged since the beginning of time.
    pub fn acknowledged(&self) -> usize {
        self.ledger.pages().tally.acknowledged
    }

    /// Everybody finishes what is under way and goes home.
    pub async fn end(self) -> Crew {
        self.go_home.store(true, Ordering::Relaxed);
        let clerks = self.tasks.join_all().await;
        Crew { clerks, ledger: self.ledger }
    }
}
