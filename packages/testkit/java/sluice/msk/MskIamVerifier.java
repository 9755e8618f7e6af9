package sluice.msk;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.MessageDigest;
import java.time.*;
import java.time.format.DateTimeFormatter;
import java.util.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Pure-JDK verifier of an MSK IAM SASL/OAUTHBEARER token (base64url of a SigV4 presigned kafka-cluster:Connect URL). */
public final class MskIamVerifier {
    public static final class Rejected extends Exception {
        public Rejected(String m) { super(m); }
    }
    public record Credential(String accessKeyId, String secret, String sessionToken, String arn) {}
    public record Verified(String arn, String accessKeyId, long signedAtMs, long expiresAtMs, String userAgent, String token) {}

    static final DateTimeFormatter AMZ = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    /** MSK's own limit: the signers sign for 900 s. */
    static final double MAX_EXPIRES = 900;

    private final Path credentialsFile;
    private final String region;
    private final long skewMs;
    private final Clock clock;

    public MskIamVerifier(Path credentialsFile, String region, long skewMs, Clock clock) {
        this.credentialsFile = credentialsFile; this.region = region; this.skewMs = skewMs; this.clock = clock;
    }

    /** lines: accessKeyId = secret | sessionToken or empty | principal ARN  (read again at each use: keys can be revoked while running) */
    Credential lookup(String akid) throws Exception {
        Properties p = new Properties();
        try (var r = Files.newBufferedReader(credentialsFile)) { p.load(r); }
        String v = p.getProperty(akid);
        if (v == null) return null;
        String[] f = v.split("\\|", -1);
        return new Credential(akid, f[0].trim(), f.length > 1 ? f[1].trim() : "", f.length > 2 ? f[2].trim() : "arn:aws:iam::000000000000:user/" + akid);
    }

    public Verified verify(String token) throws Exception {
        String url;
        try { url = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8); }
        catch (IllegalArgumentException e) { throw new Rejected("Invalid token: not base64url"); }
        // by hand, not java.net.URI: the user agent that the signers add may hold characters URI refuses
        if (!url.startsWith("https://")) throw new Rejected("Invalid token: not a https URL");
        int q = url.indexOf('?');
        if (q < 0) throw new Rejected("Invalid token: no query");
        String hostPath = url.substring("https://".length(), q);
        int slash = hostPath.indexOf('/');
        String host = slash < 0 ? hostPath : hostPath.substring(0, slash);
        String path = slash < 0 ? "/" : hostPath.substring(slash);
        if (!path.equals("/")) throw new Rejected("Invalid token: unexpected path " + path);

        Map<String, String> qp = new LinkedHashMap<>();
        for (String kv : url.substring(q + 1).split("&")) {
            int e = kv.indexOf('=');
            String k = dec(e < 0 ? kv : kv.substring(0, e)), v = e < 0 ? "" : dec(kv.substring(e + 1));
            if (qp.put(k, v) != null) throw new Rejected("Invalid token: parameter twice: " + k);
        }
        need(qp, "Action", "kafka-cluster:Connect");
        need(qp, "X-Amz-Algorithm", "AWS4-HMAC-SHA256");
        need(qp, "X-Amz-SignedHeaders", "host");
        String cred = get(qp, "X-Amz-Credential"), date = get(qp, "X-Amz-Date"), exp = get(qp, "X-Amz-Expires"), sig = get(qp, "X-Amz-Signature");
        String[] c = cred.split("/");
        if (c.length != 5 || !c[4].equals("aws4_request") || !c[3].equals("kafka-cluster")) throw new Rejected("Invalid credential scope: " + cred);
        if (!c[2].equals(region)) throw new Rejected("Wrong region in the credential scope: " + c[2] + ", this cluster is in " + region);
        if (!host.equals("kafka." + region + ".amazonaws.com")) throw new Rejected("Wrong host: " + host);
        if (!date.startsWith(c[1])) throw new Rejected("Credential date and X-Amz-Date differ");

        Instant at;
        try { at = ZonedDateTime.parse(date, AMZ).toInstant(); } catch (Exception e) { throw new Rejected("Bad X-Amz-Date " + date); }
        double expires;
        try { expires = Double.parseDouble(exp); } catch (NumberFormatException e) { throw new Rejected("Bad X-Amz-Expires " + exp); }
        if (!(expires > 0) || expires > MAX_EXPIRES) throw new Rejected("X-Amz-Expires out of range: " + exp);
        long now = clock.millis(), expiresAt = at.toEpochMilli() + (long) (expires * 1000);
        if (at.toEpochMilli() > now + skewMs) throw new Rejected("Signature not yet current");
        if (expiresAt <= now) throw new Rejected("Token expired " + (now - expiresAt) + " ms ago");

        Credential k = lookup(c[0]);
        if (k == null) throw new Rejected("Access denied: unknown access key " + c[0]);
        String st = qp.getOrDefault("X-Amz-Security-Token", "");
        if (!MessageDigest.isEqual(st.getBytes(), k.sessionToken().getBytes())) throw new Rejected("Access denied: session token does not match");

        // canonical request: User-Agent is added by the signers after signing, so it is no part of it
        TreeMap<String, String> canon = new TreeMap<>();
        for (var e : qp.entrySet()) if (!e.getKey().equals("X-Amz-Signature") && !e.getKey().equals("User-Agent")) canon.put(enc(e.getKey()), enc(e.getValue()));
        StringJoiner sj = new StringJoiner("&");
        canon.forEach((a, b) -> sj.add(a + "=" + b));
        String creq = "GET\n/\n" + sj + "\nhost:" + host + "\n\nhost\n" + hex(sha(new byte[0]));
        String scope = c[1] + "/" + c[2] + "/" + c[3] + "/" + c[4];
        String sts = "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + hex(sha(creq.getBytes(StandardCharsets.UTF_8)));
        byte[] key = ("AWS4" + k.secret()).getBytes(StandardCharsets.UTF_8);
        for (String part : new String[]{c[1], c[2], c[3], c[4]}) key = hmac(key, part);
        String want = hex(hmac(key, sts));
        if (!MessageDigest.isEqual(want.getBytes(), sig.getBytes())) throw new Rejected("Access denied: signature does not match");
        return new Verified(k.arn(), c[0], at.toEpochMilli(), expiresAt, qp.getOrDefault("User-Agent", ""), token);
    }

    static void need(Map<String, String> m, String k, String v) throws Rejected { if (!v.equals(m.get(k))) throw new Rejected("Invalid token: " + k + " is " + m.get(k)); }
    static String get(Map<String, String> m, String k) throws Rejected { String v = m.get(k); if (v == null || v.isEmpty()) throw new Rejected("Invalid token: no " + k); return v; }
    static String dec(String s) { return URLDecoder.decode(s.replace("+", "%2B"), StandardCharsets.UTF_8); }
    static String enc(String s) {
        StringBuilder b = new StringBuilder();
        for (byte x : s.getBytes(StandardCharsets.UTF_8)) {
            char ch = (char) (x & 0xff);
            if (ch >= 'A' && ch <= 'Z' || ch >= 'a' && ch <= 'z' || ch >= '0' && ch <= '9' || ch == '-' || ch == '_' || ch == '.' || ch == '~') b.append(ch);
            else b.append(String.format("%%%02X", x & 0xff));
        }
        return b.toString();
    }
    static byte[] sha(byte[] b) throws Exception { return MessageDigest.getInstance("SHA-256").digest(b); }
    static byte[] hmac(byte[] k, String d) throws Exception { Mac m = Mac.getInstance("HmacSHA256"); m.init(new SecretKeySpec(k, "HmacSHA256")); return m.doFinal(d.getBytes(StandardCharsets.UTF_8)); }
    static String hex(byte[] b) { return HexFormat.of().formatHex(b); }
}
