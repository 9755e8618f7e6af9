package sluice.msk;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;

/**
 * Answers GET / with what the broker counts of its connections, a line `listener name value` for each figure of each listener, summed over
 * its network threads. The setting `sluice.figures.port` says where, on 127.0.0.1.
 */
public class ListenerFigures implements MetricsReporter {
    private static final Set<String> NAMES = Set.of("connection-creation-total", "connection-count", "successful-authentication-total",
        "failed-authentication-total", "successful-reauthentication-total", "failed-reauthentication-total", "expired-connections-killed-count");

    // a node makes one reporter for its broker and one for its controller: they answer together
    private static final Map<MetricName, KafkaMetric> metrics = new ConcurrentHashMap<>();
    private static HttpServer server;

    @Override public void configure(Map<String, ?> configs) {
        Object port = configs.get("sluice.figures.port");
        if (port != null) listen(Integer.parseInt(port.toString()));
    }

    private static synchronized void listen(int port) {
        if (server != null) return;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new IllegalStateException("sluice.figures.port " + port + " can't be listened on", e);
        }
        server.createContext("/", exchange -> {
            byte[] body = figures().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @Override public void init(List<KafkaMetric> all) { all.forEach(this::metricChange); }

    @Override public void metricChange(KafkaMetric metric) {
        MetricName name = metric.metricName();
        if (NAMES.contains(name.name()) && name.tags().containsKey("listener")) metrics.put(name, metric);
    }

    @Override public void metricRemoval(KafkaMetric metric) { metrics.remove(metric.metricName()); }

    @Override public void close() {}

    private static String figures() {
        Map<String, Double> sums = new TreeMap<>();
        metrics.forEach((name, metric) -> {
            if (metric.metricValue() instanceof Double value) sums.merge(name.tags().get("listener") + " " + name.name(), value, Double::sum);
        });
        StringBuilder text = new StringBuilder();
        sums.forEach((key, value) -> text.append(key).append(' ').append(value.longValue()).append('\n'));
        return text.toString();
    }
}
