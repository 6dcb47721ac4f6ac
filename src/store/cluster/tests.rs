//! The cluster against a real Postgres: that it keeps data, comes back, and is ours alone.
#![expect(clippy::disallowed_methods, reason = "these tests write SQL of their own into the cluster they look at")]

use std::time::Duration;

use sqlx::postgres::PgPool;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use super::*;

/// Longest that any wait in these tests may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A directory in memory where there is one: these tests are about behaviour, not about a disk.
fn data_directory() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
}

async fn start(directory: &TempDir) -> Cluster {
    Cluster::start(directory.path(), None, Durability::Throwaway).await.unwrap()
}

async fn count_of_notes(cluster: &Cluster) -> Result<i64, sqlx::Error> {
    let pool = PgPool::connect_with(cluster.connect_options()).await?;
    sqlx::query_scalar("SELECT count(*) FROM note").fetch_one(&pool).await
}

async fn write_a_note(cluster: &Cluster) {
    let pool = PgPool::connect_with(cluster.connect_options()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS note (text text); INSERT INTO note VALUES ('kept')")
        .execute(&pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn data_survive_a_stop_and_a_second_start_on_the_directory_is_refused() {
    let directory = data_directory();
    let cluster = start(&directory).await;
    write_a_note(&cluster).await;

    let second = Cluster::start(directory.path(), None, Durability::Throwaway).await.unwrap_err();
    assert!(matches!(second, ClusterError::InUse(_)), "{second}");

    let beside = Cluster::options_of_running(directory.path()).unwrap();
    let pool = PgPool::connect_with(beside).await.unwrap();
    let notes: i64 = sqlx::query_scalar("SELECT count(*) FROM note").fetch_one(&pool).await.unwrap();
    assert_eq!(notes, 1);

    let process = cluster.server_pid().unwrap();
    cluster.stop().await;
    assert!(!is_alive(process));
    assert!(Cluster::options_of_running(directory.path()).is_none());

    let cluster = start(&directory).await;
    assert_eq!(count_of_notes(&cluster).await.unwrap(), 1);
    cluster.stop().await;
}

#[tokio::test]
async fn a_killed_server_comes_back_with_its_data() {
    let directory = data_directory();
    let cluster = start(&directory).await;
    write_a_note(&cluster).await;

    let killed = cluster.server_pid().unwrap();
    kill(killed);
    timeout(PATIENCE, async {
        while cluster.server_pid().is_none_or(|process| process == killed) {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
    assert_eq!(count_of_notes(&cluster).await.unwrap(), 1);
    cluster.stop().await;
}

#[tokio::test]
async fn a_server_whose_owner_is_gone_stops_and_the_next_owner_waits_for_it() {
    let directory = data_directory();
    let cluster = start(&directory).await;
    write_a_note(&cluster).await;
    let process = cluster.server_pid().unwrap();
    // As when the process is killed: nobody says goodbye, the pipe just closes.
    drop(cluster);

    // The first tries may find the directory's lock still held by the supervision that is being dropped.
    let cluster = timeout(PATIENCE, start(&directory)).await.unwrap();
    assert!(!is_alive(process));
    assert_eq!(count_of_notes(&cluster).await.unwrap(), 1);
    cluster.stop().await;
}

#[tokio::test]
async fn a_long_path_and_a_strange_one_work() {
    let directory = data_directory();
    let strange = directory.path().join(format!("a, b \"c\" {}", "d".repeat(90)));
    let cluster = Cluster::start(&strange, None, Durability::Throwaway).await.unwrap();
    assert!(cluster.socket.starts_with("/tmp"));
    let socket = cluster.socket.clone();
    write_a_note(&cluster).await;
    cluster.stop().await;
    assert!(!socket.exists());

    let short = directory.path().join("a, \"b\" c");
    let cluster = Cluster::start(&short, None, Durability::Throwaway).await.unwrap();
    write_a_note(&cluster).await;
    cluster.stop().await;
}

#[tokio::test]
async fn an_unfinished_cluster_is_made_anew() {
    let directory = data_directory();
    std::fs::create_dir(directory.path().join("postgres.unfinished")).unwrap();
    std::fs::write(directory.path().join("postgres.unfinished/PG_VERSION"), "15\n").unwrap();
    let cluster = start(&directory).await;
    write_a_note(&cluster).await;
    cluster.stop().await;
    assert!(!directory.path().join("postgres.unfinished").exists());
}

#[tokio::test]
async fn the_lock_file_of_a_stranger_is_got_rid_of() {
    let directory = data_directory();
    start(&directory).await.stop().await;
    // This very test process stands in for a program that got the number of a killed server.
    let stale = format!("{}\n/nowhere\n0\n5432\n\n\n", std::process::id());
    std::fs::write(directory.path().join("postgres/postmaster.pid"), stale).unwrap();
    let cluster = timeout(PATIENCE, start(&directory)).await.unwrap();
    cluster.stop().await;
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why_in_one_line() {
    let directory = data_directory();
    start(&directory).await.stop().await;
    std::fs::remove_file(directory.path().join("postgres/postgresql.conf")).unwrap();
    let failure = Cluster::start(directory.path(), None, Durability::Throwaway).await.unwrap_err().to_string();
    assert!(failure.contains("postgresql.conf"), "{failure}");
    assert!(!failure.contains('\n'), "{failure}");
}

fn kill(process: u32) {
    assert!(std::process::Command::new("kill").args(["-s", "KILL", &process.to_string()]).status().unwrap().success());
}

fn is_alive(process: u32) -> bool {
    std::process::Command::new("sh")
        .args(["-c", &format!("kill -s 0 {process} 2>/dev/null")])
        .status()
        .unwrap()
        .success()
}
