//! What a container image asks of the binary: whether the hub in it is ready, and the tools of runs beforehand.

use crate::cli::{HealthArgs, ToolsArgs};
use chaoshub_chassis::telemetry::{self, LogFormat};
use chaoshub_launcher::toolchain::{self, Audience, Recipe};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

/// How long the hub may take to say how it is.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);

/// `chaoshub health`: fails unless the hub that listens here says that it is ready.
pub(crate) async fn health(args: HealthArgs) -> Result<(), String> {
    let url = format!("http://{}/readyz", reachable(args.listen));
    let unwell = |cause: reqwest::Error| format!("no hub answers at {url}: {cause}");
    let client = reqwest::Client::builder().no_proxy().timeout(ANSWER_WITHIN).build().map_err(unwell)?;
    let response = client.get(&url).send().await.map_err(unwell)?;
    let status = response.status();
    let said = response.text().await.map_err(unwell)?;
    if status.is_success() { Ok(()) } else { Err(format!("the hub at {url} is not ready ({status}): {said}")) }
}

/// Where somebody on the same machine reaches what listens on `listen`.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// `chaoshub tools`: makes the environment that runs live in, for every user, and prints its folder.
pub(crate) async fn tools(args: ToolsArgs) -> Result<(), String> {
    telemetry::log_to_stderr(LogFormat::Text, "info")?;
    let recipe = Recipe { dir: args.runner_tools_dir, python: args.runner_python, audience: Audience::Everybody };
    let made = toolchain::prepare_by(&recipe).await.map_err(|why| why.to_string())?;
    println!("{}", made.dir.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_that_listens_everywhere_is_asked_on_loopback() {
        let asked = |listen: &str| reachable(listen.parse().unwrap()).to_string();
        assert_eq!(asked("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(asked("[::]:81"), "[::1]:81");
        assert_eq!(asked("10.1.2.3:8080"), "10.1.2.3:8080");
    }
}
