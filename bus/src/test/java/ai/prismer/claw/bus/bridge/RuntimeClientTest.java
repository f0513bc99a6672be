package ai.prismer.claw.bus.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which clients have a TLS of the JDK, with all that it costs. */
class RuntimeClientTest {
  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:1/v1/", "ws://127.0.0.1:1/", "WS://127.0.0.1:1/"})
  void aClientForAPlainAddressHasNone(String address) {
    try (HttpClient client = RuntimeClient.to(URI.create(address)).build()) {
      assertThatThrownBy(() -> client.sslContext().createSSLEngine())
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void aClientForAnotherAddressHasTheOneThatTrustsWhatTheJdkTrusts() throws Exception {
    try (HttpClient client = RuntimeClient.to(URI.create("wss://agent.example/")).build()) {
      assertThat(client.sslContext()).isSameAs(SSLContext.getDefault());
    }
  }
}
