package ai.prismer.claw.channel.discord;

import ai.prismer.claw.channel.vendor.Audience;
import ai.prismer.claw.channel.vendor.VendorException;
import ai.prismer.claw.channel.vendor.VendorException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import net.dv8tion.jda.api.JDA;
import net.dv8tion.jda.api.exceptions.ErrorResponseException;
import net.dv8tion.jda.api.requests.Response;
import net.dv8tion.jda.api.requests.Route;
import net.dv8tion.jda.api.utils.data.DataArray;
import net.dv8tion.jda.api.utils.data.DataObject;
import net.dv8tion.jda.internal.requests.RestActionImpl;
import org.jspecify.annotations.Nullable;

/**
 * Discord's REST interface through JDA, which keeps its rate limits, bucket by bucket, and waits
 * out 429. Messages are handled as Discord's own objects: JDA's would need every server's channels,
 * roles and members in memory.
 */
final class Rest {
  /** Messages in one answer of the history. */
  static final int PAGE = 100;

  private static final int UNKNOWN_MESSAGE = 10_008;
  private static final int UNAUTHORISED = 401;
  private static final Duration UNTIL_CONNECTED = Duration.ofSeconds(1);

  private final Supplier<@Nullable JDA> connection;

  /**
   * @param connection JDA, once it has logged in
   */
  Rest(Supplier<@Nullable JDA> connection) {
    this.connection = connection;
  }

  /** Id of the bot's own user. */
  String self() throws VendorException {
    return jda().getSelfUser().getId();
  }

  /** Creates a message; its id. */
  String create(String channel, DataObject message) throws VendorException {
    return call(
        Route.Messages.SEND_MESSAGE.compile(path(channel)),
        message,
        response -> response.getObject().getString("id"));
  }

  /** Changes a message. */
  void change(String channel, String id, DataObject message) throws VendorException {
    var _ =
        call(
            Route.Messages.EDIT_MESSAGE.compile(path(channel), id),
            message,
            response -> response.getObject().getString("id"));
  }

  /** Messages of a channel, or the first hundred of them, that are newer than an id. */
  List<DataObject> after(String channel, String id) throws VendorException {
    DataArray page =
        call(
            Route.Messages.GET_MESSAGE_HISTORY
                .compile(path(channel))
                .withQueryParams("after", id, "limit", Integer.toString(PAGE)),
            null,
            Response::getArray);
    List<DataObject> messages = new ArrayList<>();
    for (int i = 0; i < page.length(); i++) {
      messages.add(page.getObject(i));
    }
    return messages;
  }

  private static String path(String channel) {
    return Audience.isDirect(channel) ? channel.substring(1) : channel;
  }

  private JDA jda() throws VendorException {
    JDA jda = connection.get();
    if (jda == null) {
      throw VendorException.notConnected(UNTIL_CONNECTED);
    }
    return jda;
  }

  private <T> T call(
      Route.CompiledRoute route, @Nullable DataObject body, Function<Response, T> read)
      throws VendorException {
    try {
      return new RestActionImpl<T>(jda(), route, body, (response, _) -> read.apply(response))
          .complete();
    } catch (ErrorResponseException refused) {
      throw told(refused);
    } catch (RuntimeException broken) {
      throw VendorException.broken("unreachable", broken);
    }
  }

  private static VendorException told(ErrorResponseException refused) {
    int status = refused.getResponse().code;
    if (status == UNAUTHORISED) {
      return VendorException.of(Kind.CREDENTIALS, "unauthorised");
    }
    if (refused.getErrorCode() == UNKNOWN_MESSAGE) {
      return VendorException.of(Kind.GONE, "unknown_message");
    }
    return status < 400 || status >= 500
        ? VendorException.broken(status < 0 ? "unreachable" : "http_" + status, refused)
        : VendorException.of(Kind.REFUSED, "discord_" + refused.getErrorCode());
  }
}
