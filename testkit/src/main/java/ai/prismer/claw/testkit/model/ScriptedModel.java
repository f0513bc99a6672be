package ai.prismer.claw.testkit.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A model endpoint that says what it is told to, over HTTP, in the formats of OpenAI ({@code
 * /v1/chat/completions}) and Anthropic ({@code /v1/messages}), streamed or not.
 *
 * <p>Replies that were queued are used first, in order; then the default answers every request. The
 * server checks a request as the vendors do (a key must be there, the required fields too), so a
 * client that forgets one fails here and not only in production. Every request is logged.
 *
 * <p>Thread-safe. One virtual thread a request.
 */
public final class ScriptedModel implements AutoCloseable {
  /** The log keeps this many requests, so that a long-running process does not grow. */
  static final int LOG_LIMIT = 1000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Object lock = new Object();
  private final Deque<Reply> queued = new ArrayDeque<>();
  private final Deque<Request> log = new ArrayDeque<>();
  private volatile Function<Request, Reply> defaultReply;
  private volatile Consumer<Request> observer = request -> {};

  private ScriptedModel(HttpServer server, Reply defaultReply, InstantSource clock) {
    this.server = server;
    this.defaultReply = request -> defaultReply;
    for (Wire wire : List.of(new OpenAiWire(), new AnthropicWire())) {
      server.createContext(wire.path(), new Exchange(wire, this, clock));
    }
    server.createContext("/", Exchange::notFound);
    server.setExecutor(threads);
  }

  /** Starts on a free port of the loopback interface. */
  public static ScriptedModel start(Reply defaultReply) {
    return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), defaultReply);
  }

  /**
   * Starts on an address; port 0 takes a free one.
   *
   * @throws UncheckedIOException when the address cannot be bound
   */
  public static ScriptedModel start(InetSocketAddress address, Reply defaultReply) {
    try {
      HttpServer server = HttpServer.create(address, 0);
      ScriptedModel model = new ScriptedModel(server, defaultReply, InstantSource.system());
      server.start();
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  /** {@code http://host:port}, without a path: what {@code ANTHROPIC_BASE_URL} wants. */
  public URI url() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort());
  }

  /** {@code http://host:port/v1}: what {@code OPENAI_BASE_URL} wants. */
  public URI openAiUrl() {
    return url().resolve("/v1");
  }

  /** Adds replies for the next requests, one each. */
  public ScriptedModel enqueue(Reply... replies) {
    synchronized (lock) {
      queued.addAll(List.of(replies));
    }
    return this;
  }

  /** Replaces the reply to requests for which none is queued. */
  public ScriptedModel answer(Function<Request, Reply> reply) {
    this.defaultReply = reply;
    return this;
  }

  /** Calls the observer with each request as it arrives, before it is answered. */
  public ScriptedModel observe(Consumer<Request> requests) {
    this.observer = requests;
    return this;
  }

  /** The requests received so far, oldest first; the last {@value #LOG_LIMIT} of them. */
  public List<Request> requests() {
    synchronized (lock) {
      return new ArrayList<>(log);
    }
  }

  /** Takes no more connections, answers what was asked, for ten seconds at most, and is gone. */
  public void leave() {
    server.stop(10);
  }

  /** Stops at once: requests being answered are cut. */
  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.close();
  }

  /** Records a request and decides its reply. */
  Reply accept(Request request) {
    Reply next;
    synchronized (lock) {
      log.addLast(request);
      if (log.size() > LOG_LIMIT) {
        log.removeFirst();
      }
      next = queued.pollFirst();
    }
    observer.accept(request);
    return next != null ? next : defaultReply.apply(request);
  }

  /** Opens when the server is being closed: whoever waits must stop then. */
  CountDownLatch closed() {
    return closed;
  }

  /** Parses JSON that a test wrote. */
  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + json, e);
    }
  }
}
