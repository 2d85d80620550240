//! Where reports may go.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;

use rrgscore_judge_client::{Endpoint, EndpointError};

fn at(url: &str, named: Option<&str>, addresses: &[&str]) -> Result<Endpoint, EndpointError> {
    let lookup = |_: &str, port: u16| -> Vec<SocketAddr> {
        addresses.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), port)).collect()
    };
    Endpoint::resolve_with(url, named, &lookup)
}

#[test]
fn this_machine_and_private_networks_are_allowed() {
    for ip in [
        "127.0.0.1",
        "127.9.9.9",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.1.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
    ] {
        let endpoint = at("http://judge:8080/v1/", None, &[ip]).unwrap();
        assert!(endpoint.is_private(), "{ip}");
        assert_eq!(endpoint.authority(), "judge:8080");
    }
}

#[test]
fn public_addresses_are_refused() {
    for ip in [
        "8.8.8.8",
        "172.32.0.1",
        "192.167.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "11.0.0.1",
        "2001:4860:4860::8888",
        "::",
        "::ffff:8.8.8.8",
        "fec0::1",
        "2002:7f00:1::",
    ] {
        // One public address among private ones is enough: a name that resolves to both could
        // lead anywhere.
        for addresses in [vec![ip], vec!["127.0.0.1", ip]] {
            let error = at("http://example.org/v1", None, &addresses).unwrap_err();
            let address = ip.parse().unwrap();
            assert_eq!(error, EndpointError::Public { host: "example.org".into(), address });
        }
    }
    let message = at("http://example.org/v1", None, &["8.8.8.8"]).unwrap_err().to_string();
    assert_eq!(
        message,
        "--endpoint: example.org is at 8.8.8.8, which is neither this machine nor a private \
         network: nothing was sent. Reports may only leave with --i-may-send-reports-to example.org"
    );
}

#[test]
fn only_the_named_host_may_be_public() {
    let endpoint = at("http://Judge.Example.org:99/v1", Some("judge.example.ORG"), &["8.8.8.8"]);
    assert!(!endpoint.unwrap().is_private());
    for (url, named) in [
        ("http://example.org/v1", "example.com"),
        ("http://judge.example.org/v1", "example.org"),
        ("http://example.org/v1", "judge.example.org"),
        ("http://example.org/v1", ""),
        // Naming a host while asking another is a mistake even where the other is harmless.
        ("http://127.0.0.1/v1", "example.org"),
    ] {
        let error = at(url, Some(named), &["8.8.8.8"]).unwrap_err();
        assert!(matches!(error, EndpointError::OtherHost { .. }), "{url} {named}");
    }
}

#[test]
fn what_is_no_plain_url_is_refused() {
    for url in [
        "",
        "127.0.0.1:8080",
        "localhost",
        "ftp://localhost/v1",
        "http://",
        "http:///v1",
        "http://user:pass@127.0.0.1/v1",
        "http://127.0.0.1@example.org/v1",
        "http://localhost/v1?x=1",
        "unix:socket",
        "http://exa mple.org",
    ] {
        let error = at(url, None, &["127.0.0.1"]).unwrap_err();
        assert_eq!(error, EndpointError::NotAUrl, "{url}");
    }
    assert_eq!(at("https://localhost/v1", None, &["::1"]).unwrap_err(), EndpointError::Https);
    let none = at("http://nowhere.invalid/v1", None, &[]).unwrap_err();
    assert_eq!(none, EndpointError::NotFound { host: "nowhere.invalid".into() });
}

#[test]
fn names_and_numbers_are_resolved() {
    assert!(Endpoint::resolve("http://localhost:1/v1", None).unwrap().is_private());
    assert!(Endpoint::resolve("http://[::1]:1/v1", None).unwrap().is_private());
    // Ways to write an address that some resolvers take: all end at the same check.
    for url in ["http://8.8.8.8/v1", "http://134744072/v1", "http://[::ffff:8.8.8.8]/v1"] {
        assert!(Endpoint::resolve(url, None).is_err(), "{url}");
    }
}
