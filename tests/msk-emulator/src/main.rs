// SPDX-License-Identifier: AGPL-3.0-or-later
// Amazon MSK's control plane for tests: the crate fakecloud-kafka alone, in memory, without containers. `sluice-msk-emulator --port=29567`.
use std::{net::SocketAddr, sync::Arc};

use axum::{Extension, Router};
use fakecloud_core::dispatch::{self, DispatchConfig};
use fakecloud_core::{multi_account::MultiAccountState, registry::ServiceRegistry};
use fakecloud_kafka::{KafkaService, SharedKafkaState};

const REGION: &str = "eu-central-1";
const ACCOUNT: &str = "123456789012";

#[tokio::main]
async fn main() {
    let port: u16 = std::env::args()
        .find_map(|argument| argument.strip_prefix("--port=").and_then(|port| port.parse().ok()))
        .expect("--port=<number>");
    let endpoint = format!("http://127.0.0.1:{port}");
    let state: SharedKafkaState =
        Arc::new(parking_lot::RwLock::new(MultiAccountState::new(ACCOUNT, REGION, &endpoint)));
    let mut registry = ServiceRegistry::new();
    registry.register(Arc::new(KafkaService::new(state)));
    let app = Router::new()
        .fallback(dispatch::dispatch)
        .layer(Extension(Arc::new(registry)))
        .layer(Extension(Arc::new(DispatchConfig::new(REGION, ACCOUNT))));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .await
        .expect("the server to run");
}
