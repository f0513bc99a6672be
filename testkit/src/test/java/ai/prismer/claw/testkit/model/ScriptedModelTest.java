package ai.prismer.claw.testkit.model;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScriptedModelTest {
  private static final String OPENAI =
      """
      {"model":"gpt-x","stream":%s,"stream_options":{"include_usage":true},
       "messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}]}\
      """;
  private static final String ANTHROPIC =
      """
      {"model":"claude-x","stream":%s,"max_tokens":10,"system":[{"type":"text","text":"be brief"}],
       "messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}\
      """;

  private final ScriptedModel model = ScriptedModel.start(Reply.text("Good day to you."));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void stop() {
    client.shutdownNow();
    model.close();
  }

  @Test
  void openAiAnswerIsOneJsonDocument() throws Exception {
    HttpResponse<String> response = post(openAi(false));

    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode body = ScriptedModel.parse(response.body());
    assertThat(body.at("/choices/0/message/content").asText()).isEqualTo("Good day to you.");
    assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(body.path("model").asText()).isEqualTo("gpt-x");
  }

  @Test
  void openAiStreamIsChunksThenUsageThenDone() throws Exception {
    List<String> data = data(post(openAi(true)).body());

    assertThat(data.getLast()).isEqualTo("[DONE]");
    StringBuilder text = new StringBuilder();
    for (String chunk : data.subList(0, data.size() - 1)) {
      text.append(ScriptedModel.parse(chunk).at("/choices/0/delta/content").asText());
    }
    assertThat(text).hasToString("Good day to you.");
    JsonNode usage = ScriptedModel.parse(data.get(data.size() - 2));
    assertThat(usage.path("choices")).isEmpty();
    assertThat(usage.at("/usage/completion_tokens").asInt()).isEqualTo(4);
  }

  @Test
  void anthropicAnswerIsOneJsonDocument() throws Exception {
    JsonNode body = ScriptedModel.parse(post(anthropic(false)).body());

    assertThat(body.at("/content/0/text").asText()).isEqualTo("Good day to you.");
    assertThat(body.path("stop_reason").asText()).isEqualTo("end_turn");
  }

  @Test
  void anthropicStreamHasTheDocumentedOrderOfEvents() throws Exception {
    String body = post(anthropic(true)).body();

    assertThat(body.lines().filter(l -> l.startsWith("event: ")).map(l -> l.substring(7)))
        .containsExactly(
            "message_start",
            "content_block_start",
            "ping",
            "content_block_delta",
            "content_block_delta",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");
    StringBuilder text = new StringBuilder();
    data(body).forEach(d -> text.append(ScriptedModel.parse(d).at("/delta/text").asText()));
    assertThat(text).hasToString("Good day to you.");
  }

  @Test
  void aToolCallCarriesNameAndArgumentsInBothFormats() throws Exception {
    Reply call = Reply.toolCall("lookup", "{\"q\":\"x\"}");
    model.enqueue(call, call, call, call);

    JsonNode openAi = ScriptedModel.parse(post(openAi(false)).body());
    assertThat(openAi.at("/choices/0/message/tool_calls/0/function/arguments").asText())
        .isEqualTo("{\"q\":\"x\"}");
    assertThat(post(openAi(true)).body())
        .contains("\"name\":\"lookup\"", "\"finish_reason\":\"tool_calls\"");
    JsonNode anthropic = ScriptedModel.parse(post(anthropic(false)).body());
    assertThat(anthropic.at("/content/0/input/q").asText()).isEqualTo("x");
    assertThat(post(anthropic(true)).body())
        .contains("\"input_json_delta\"", "\"stop_reason\":\"tool_use\"");
  }

  @Test
  void queuedRepliesComeFirstInOrder() throws Exception {
    model.enqueue(Reply.text("one"), Reply.text("two"));

    assertThat(post(openAi(false)).body()).contains("\"one\"");
    assertThat(post(anthropic(false)).body()).contains("\"two\"");
    assertThat(post(openAi(false)).body()).contains("Good day");
  }

  @Test
  void aFailureHasTheVendorsErrorBodyAndRetryAfter() throws Exception {
    model.enqueue(Reply.rateLimited(Duration.ofSeconds(7)), Reply.failure(500));

    HttpResponse<String> limited = post(anthropic(true));
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.headers().firstValue("Retry-After")).contains("7");
    assertThat(limited.body()).contains("rate_limit_error");
    HttpResponse<String> broken = post(openAi(true));
    assertThat(broken.statusCode()).isEqualTo(500);
    assertThat(broken.body()).contains("server_error");
  }

  @Test
  void garbageIsNoJsonUnderAGoodStatus() throws Exception {
    model.enqueue(Reply.garbage());

    HttpResponse<String> response = post(openAi(false));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> ScriptedModel.parse(response.body()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCutStreamEndsWithoutTheEndOfTheBody() throws Exception {
    model.enqueue(Reply.cutAfter("half an"));

    HttpResponse<InputStream> response =
        client.send(openAi(true), HttpResponse.BodyHandlers.ofInputStream());
    assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
    assertThat(model.requests().getFirst().outcome().get(5, SECONDS))
        .isEqualTo(Request.Outcome.CUT);
  }

  @Test
  void aHangAfterTextNoticesThatTheClientIsGone() throws Exception {
    model.enqueue(Reply.hangAfter("wait for"));

    HttpResponse<InputStream> response =
        client.send(openAi(true), HttpResponse.BodyHandlers.ofInputStream());
    response.body().close();
    assertThat(model.requests().getFirst().outcome().get(5, SECONDS))
        .isEqualTo(Request.Outcome.CLIENT_GONE);
  }

  @Test
  void aHangSendsNotEvenAStatusLine() {
    model.enqueue(Reply.hang());

    HttpRequest impatient =
        HttpRequest.newBuilder(openAi(true), (name, value) -> true)
            .timeout(Duration.ofMillis(200))
            .build();
    assertThatThrownBy(() -> post(impatient)).hasMessageContaining("timed out");
  }

  @Test
  void closingTheServerEndsAHang() throws Exception {
    model.enqueue(Reply.hangAfter("wait"));
    HttpResponse<InputStream> response =
        client.send(openAi(true), HttpResponse.BodyHandlers.ofInputStream());

    model.close();
    assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
  }

  @Test
  void theLogKeepsHeadersAndBody() throws Exception {
    post(openAi(false));
    post(anthropic(false));

    List<Request> log = model.requests();
    assertThat(log).hasSize(2);
    assertThat(log.getFirst().header("authorization")).contains("Bearer k");
    assertThat(log.getFirst().transcript()).containsExactly("system: be brief", "user: hi");
    assertThat(log.getLast().header("X-Api-Key")).contains("k");
    assertThat(log.getLast().transcript()).containsExactly("system: be brief", "user: hi");
  }

  @Test
  void aRequestWithoutAKeyIsRefusedAsTheVendorsDo() throws Exception {
    assertThat(post(request("/v1/messages", ANTHROPIC.formatted(true)).build()).statusCode())
        .isEqualTo(401);
    assertThat(post(request("/v1/chat/completions", OPENAI.formatted(true)).build()).statusCode())
        .isEqualTo(401);
    assertThat(model.requests()).isEmpty();
  }

  @Test
  void aRequestWithoutARequiredFieldIsRefusedAsTheVendorsDo() throws Exception {
    String noLimit = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    HttpResponse<String> response =
        post(request("/v1/messages", noLimit).header("x-api-key", "k").build());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("max_tokens: Field required");
    assertThat(
            post(request("/v1/chat/completions", "no json")
                    .header("Authorization", "Bearer k")
                    .build())
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void anUnknownPathIsNotFound() throws Exception {
    assertThat(post(request("/v1/chat/completions/more", "{}").build()).statusCode())
        .isEqualTo(404);
    assertThat(post(request("/nothing", "{}").build()).statusCode()).isEqualTo(404);
  }

  @Test
  void theCommandLineIsChecked() {
    assertThat(Main.Flags.parse(List.of("--port", "80", "--text", "x", "--delay", "5")))
        .isEqualTo(new Main.Flags(80, "127.0.0.1", "x", Duration.ofMillis(5), false));
    assertThatThrownBy(() -> Main.Flags.parse(List.of("--prot", "80")))
        .hasMessage("unknown flag --prot");
    assertThatThrownBy(() -> Main.Flags.parse(List.of("--port", "65536")))
        .hasMessage("--port is 65536; it must be 0 to 65535");
    assertThatThrownBy(() -> Main.Flags.parse(List.of("--text")))
        .hasMessage("--text needs a value");
  }

  private HttpRequest openAi(boolean stream) {
    return request("/v1/chat/completions", OPENAI.formatted(stream))
        .header("Authorization", "Bearer k")
        .build();
  }

  private HttpRequest anthropic(boolean stream) {
    return request("/v1/messages", ANTHROPIC.formatted(stream)).header("x-api-key", "k").build();
  }

  private HttpRequest.Builder request(String path, String body) {
    URI uri = model.url().resolve(path);
    return HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private HttpResponse<String> post(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static List<String> data(String body) {
    List<String> data = new ArrayList<>();
    body.lines().filter(l -> l.startsWith("data: ")).forEach(l -> data.add(l.substring(6)));
    return data;
  }
}
