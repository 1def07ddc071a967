import com.segment.analytics.Analytics;
import com.segment.analytics.Callback;
import com.segment.analytics.messages.AliasMessage;
import com.segment.analytics.messages.GroupMessage;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.Message;
import com.segment.analytics.messages.PageMessage;
import com.segment.analytics.messages.ScreenMessage;
import com.segment.analytics.messages.TrackMessage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;

/**
 * Drives Segment's client for Java, unmodified: the arguments are host, write key, user, e-mail address, count of
 * numbers.
 */
public final class Client {
  public static void main(String[] args) throws Exception {
    String user = args[2];
    String visitor = "visitor-" + user;
    Phaser waiting = new Phaser(1);
    Callback callback =
        new Callback() {
          @Override
          public void success(Message message) {
            waiting.arrive();
          }

          @Override
          public void failure(Message message, Throwable problem) {
            problem.printStackTrace();
            System.exit(1);
          }
        };
    Analytics client =
        Analytics.builder(args[1])
            .endpoint(args[0])
            .callback(callback)
            .flushQueueSize(5)
            .flushInterval(1, TimeUnit.SECONDS)
            .build();
    Map<String, Object> tea = Map.of("product_id", "p-1", "name", "Tea");
    Map<String, Object> order =
        Map.of(
            "order_id", "o-1",
            "total", 12.5,
            "currency", "EUR",
            "products", List.of(Map.of("product_id", "p-1", "name", "Tea", "price", 12.5)));
    waiting.bulkRegister(7 + Integer.parseInt(args[4]));
    client.enqueue(TrackMessage.builder("Product Viewed").anonymousId(visitor).properties(tea));
    client.enqueue(IdentifyMessage.builder().userId(user).traits(Map.of("email", args[3], "firstName", "Ada")));
    client.enqueue(TrackMessage.builder("Order Completed").userId(user).properties(order));
    client.enqueue(PageMessage.builder("Home").userId(user));
    client.enqueue(ScreenMessage.builder("Cart").userId(user));
    client.enqueue(GroupMessage.builder("g-1").userId(user).traits(Map.of("name", "Engines")));
    client.enqueue(AliasMessage.builder(visitor).userId(user));
    for (int n = 0; n < Integer.parseInt(args[4]); n++) {
      client.enqueue(TrackMessage.builder("Numbered").userId(user).properties(Map.of("n", n)));
    }
    client.flush();
    waiting.arriveAndAwaitAdvance();
    client.shutdown();
  }
}
