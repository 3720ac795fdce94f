//! A hub with few files to open, and strangers who take all the connections that they can get.

use crate::{
    experiments::{call, experiment},
    gate::Gate,
    home::{self, Home, layout},
};
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream};

#[tokio::test]
async fn strangers_who_hold_connections_stop_neither_people_nor_runs() {
    if layout() == "split" {
        // One process with little is what this is about; each part of a split hub has its own.
        return;
    }
    home::tools().await;
    let home = Home::new();
    let mut hub = home.hub_after("ulimit -n 300").await;
    let ada = hub.ada().await;
    let mut held = Vec::new();
    for n in 0..600 {
        let mut stranger = TcpStream::connect(hub.address()).await.unwrap();
        // Silent ones, half a header, and half a body for somebody who is not asked who they are.
        let half = [
            "",
            "GET / HTTP/1.1\r\nhost: loc",
            "POST /api/v1/auth/sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{",
        ][n % 3];
        // Whoever was sent away already finds that out here.
        let _sent_away = stranger.write_all(half.as_bytes()).await;
        held.push(stranger);
    }
    let gate = Gate::new().await;
    let method = [call(&gate, "action", "begin", "/begin")];
    let run = ada.start(&experiment(&gate, "With strangers at the door", &method)).await;
    assert_eq!(ada.ended(&run).await["verdict"], json!("passed"));
    hub.stranger().get("/readyz").await.is(200);
    let numbers = String::from_utf8(hub.stranger().get("/metrics").await.is(200).bytes).unwrap();
    assert!(numbers.contains("chaoshub_http_connections_closed_total{reason=\"made-room\"}"), "{numbers}");
    assert!(!home.said().contains("Too many open files"), "{}", home.said());
}
