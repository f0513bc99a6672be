package ai.prismer.claw.bus.bridge;

import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes the HTTP clients by which bridges reach a runtime.
 *
 * <p>The JDK's client sets up TLS when it is made, with every cipher and the certificates that the
 * JDK trusts, whether it will ever need them or not. A runtime is in the bus's own pod and is
 * talked to in plain text, so that this was 8 MiB and half of the processor time of a start, for
 * nothing. A client for a plain address is therefore given a TLS that is not there.
 */
final class RuntimeClient {
  private RuntimeClient() {}

  /**
   * A client of HTTP/1.1.
   *
   * @param address that it is for. If that is plain, {@code http} or {@code ws}, it can speak to no
   *     other kind; else it has the JDK's TLS
   */
  static HttpClient.Builder to(URI address) {
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    boolean plain = scheme.equals("http") || scheme.equals("ws");
    return plain ? builder.sslContext(new NoTls()).sslParameters(new SSLParameters()) : builder;
  }

  /** Refuses to be used. */
  private static final class NoTls extends SSLContext {
    NoTls() {
      super(new Refusal(), null, "none");
    }
  }

  private static final class Refusal extends SSLContextSpi {
    private static UnsupportedOperationException refusal() {
      return new UnsupportedOperationException("this client speaks plain HTTP only");
    }

    @Override
    protected void engineInit(
        KeyManager @Nullable [] keys,
        TrustManager @Nullable [] trusted,
        @Nullable SecureRandom random) {
      throw refusal();
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      throw refusal();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      throw refusal();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      throw refusal();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      throw refusal();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      throw refusal();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      throw refusal();
    }
  }
}
