package ai.prismer.claw.bus.crash;

import ai.prismer.claw.bus.FrameRuntime;
import ai.prismer.claw.bus.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Everybody who talks through the bus of a rig and outlives it: its channels, and a runtime that
 * answers whatever it is asked.
 */
final class Peers implements AutoCloseable {
  private final FrameRuntime runtime;
  private final Ledger ledger;
  private final List<CrashChannel> channels = new ArrayList<>();

  /** Begins to talk as soon as there is a bus. */
  Peers(BusProcess bus, Ledger ledger) throws IOException {
    this.ledger = ledger;
    this.runtime = new FrameRuntime(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofPlatform().daemon().name("runtime").start(this::answer);
    for (String name : bus.channels()) {
      CrashChannel channel = new CrashChannel(name, bus.socket(name), ledger);
      channel.start();
      channels.add(channel);
    }
  }

  FrameRuntime runtime() {
    return runtime;
  }

  void stopProducing() {
    channels.forEach(CrashChannel::stopProducing);
  }

  private void answer() {
    while (true) {
      try (Wire wire = runtime.accept()) {
        while (!wire.hasEnded()) {
          Wire.Frame question = wire.poll(100);
          if (question != null) {
            String id = question.envelope().id();
            ledger.delivered(id, question.payload().getOrDefault("text", ""));
            wire.send(FrameRuntime.answer(question, Content.text(id + "-resp")));
          }
        }
      } catch (IOException gone) {
        if (!runtime.isOpen()) {
          return;
        }
      } catch (InterruptedException end) {
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    channels.forEach(CrashChannel::stop);
    runtime.close();
  }
}
