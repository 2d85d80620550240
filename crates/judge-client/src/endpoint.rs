//! Where a judge may be.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use ureq::http::Uri;

/// A judge's address, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    addresses: Vec<SocketAddr>,
    /// Host and port as the user wrote them.
    authority: String,
    /// Path without a slash at its end, such as `/v1`.
    path: String,
}

/// Why an address is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// Not a URL of the right form.
    #[error(
        "--endpoint must be a URL such as http://127.0.0.1:8080/v1, without user name or query"
    )]
    NotAUrl,
    /// An encrypted connection.
    #[error(
        "--endpoint: https is not spoken here; forward a local port to the server instead \
         (ssh -L 8080:localhost:8080 HOST) and give http://127.0.0.1:8080/v1"
    )]
    Https,
    /// The name is unknown.
    #[error("--endpoint: the host {host} cannot be found")]
    NotFound {
        /// As given.
        host: String,
    },
    /// The host is on the public network.
    #[error(
        "--endpoint: {host} is at {address}, which is neither this machine nor a private network: \
         nothing was sent. Reports may only leave with --i-may-send-reports-to {host}"
    )]
    Public {
        /// As given.
        host: String,
        /// The first address that is not private.
        address: IpAddr,
    },
    /// `--i-may-send-reports-to` names another host.
    #[error("--i-may-send-reports-to names {named}, but --endpoint is at {host}: nothing was sent")]
    OtherHost {
        /// The endpoint's.
        host: String,
        /// The one that may be sent to.
        named: String,
    },
    /// Nobody listens.
    #[error("--endpoint: nothing answers at {authority}; is the judge's server running?")]
    Silent {
        /// Host and port.
        authority: String,
    },
}

impl Endpoint {
    /// Resolves a URL and checks every address that it stands for.
    ///
    /// `may_send_to` is the host, and no other, to which reports may go though it is public.
    ///
    /// # Errors
    ///
    /// [`EndpointError`]; nothing has been sent then.
    pub fn resolve(url: &str, may_send_to: Option<&str>) -> Result<Self, EndpointError> {
        Self::resolve_with(url, may_send_to, &|host, port| {
            (host, port).to_socket_addrs().map(Iterator::collect).unwrap_or_default()
        })
    }

    /// As [`resolve`](Self::resolve), with another source of addresses for a host and port.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn resolve_with(
        url: &str,
        may_send_to: Option<&str>,
        lookup: &dyn Fn(&str, u16) -> Vec<SocketAddr>,
    ) -> Result<Self, EndpointError> {
        let uri: Uri = url.parse().map_err(|_| EndpointError::NotAUrl)?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err(EndpointError::Https),
            _ => return Err(EndpointError::NotAUrl),
        }
        let authority = uri.authority().ok_or(EndpointError::NotAUrl)?;
        if authority.as_str().contains('@') || uri.query().is_some() || authority.host().is_empty()
        {
            return Err(EndpointError::NotAUrl);
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if let Some(named) = may_send_to.filter(|named| !named.eq_ignore_ascii_case(&host)) {
            return Err(EndpointError::OtherHost { host, named: named.to_owned() });
        }
        let addresses = lookup(&host, authority.port_u16().unwrap_or(80));
        if addresses.is_empty() {
            return Err(EndpointError::NotFound { host });
        }
        let public = addresses.iter().map(SocketAddr::ip).find(|&ip| !is_private(ip));
        if let (Some(address), None) = (public, may_send_to) {
            return Err(EndpointError::Public { host, address });
        }
        let path = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { addresses, authority: authority.as_str().to_owned(), path })
    }

    /// Whether what is sent stays on this machine or a private network.
    pub fn is_private(&self) -> bool {
        self.addresses.iter().all(|address| is_private(address.ip()))
    }

    /// Host and port, as given.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The first of the checked addresses at which something listens (a name such as `localhost`
    /// has several).
    pub(crate) fn listening(&self, patience: Duration) -> Result<SocketAddr, EndpointError> {
        let listens = |address: &&SocketAddr| TcpStream::connect_timeout(address, patience).is_ok();
        let found = self.addresses.iter().find(listens).copied();
        found.ok_or_else(|| EndpointError::Silent { authority: self.authority.clone() })
    }

    /// The URL at a checked address, below which completions are.
    pub(crate) fn url(&self, address: SocketAddr) -> String {
        format!("http://{address}{}", self.path)
    }
}

/// Loopback, private (RFC 1918, RFC 4193) and link-local addresses.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_private(IpAddr::V4(v4)),
            None => v6 == Ipv6Addr::LOCALHOST || v6.is_unique_local() || v6.is_unicast_link_local(),
        },
    }
}
