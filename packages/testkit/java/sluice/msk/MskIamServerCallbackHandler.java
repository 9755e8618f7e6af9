package sluice.msk;

import java.nio.file.Path;
import java.time.Clock;
import java.util.*;
import javax.security.auth.callback.*;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.*;

/**
 * Broker side of MSK's IAM auth over SASL/OAUTHBEARER. Serves as both
 *   listener.name.X.oauthbearer.sasl.server.callback.handler.class  (validates client tokens)
 *   listener.name.X.oauthbearer.sasl.login.callback.handler.class   (broker itself logs in with no token)
 * JAAS options: credentialsFile, region, [skewMs], [errorStyle = msk (default) | rfc7628]
 */
public class MskIamServerCallbackHandler implements AuthenticateCallbackHandler {
    private MskIamVerifier verifier;
    private boolean mskErrors;

    @Override public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> jaas) {
        if (!OAuthBearerLoginModule.OAUTHBEARER_MECHANISM.equals(mechanism)) throw new IllegalArgumentException("not for " + mechanism);
        Map<String, ?> o = jaas.get(0).getOptions();
        verifier = new MskIamVerifier(Path.of((String) o.get("credentialsFile")), (String) o.get("region"),
            Long.parseLong((String) Objects.requireNonNullElse(o.get("skewMs"), "300000")), Clock.systemUTC());
        mskErrors = !"rfc7628".equals(o.get("errorStyle"));
    }

    @Override public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
        for (Callback cb : callbacks) {
            if (cb instanceof OAuthBearerValidatorCallback v) validate(v);
            else if (cb instanceof OAuthBearerExtensionsValidatorCallback x) x.inputExtensions().map().forEach((k, val) -> x.valid(k));
            else if (cb instanceof OAuthBearerTokenCallback t) t.token(null);              // broker-side login
            else if (cb instanceof org.apache.kafka.common.security.auth.SaslExtensionsCallback) { /* none */ }
            else throw new UnsupportedCallbackException(cb);
        }
    }

    private void validate(OAuthBearerValidatorCallback cb) {
        try {
            MskIamVerifier.Verified ok = verifier.verify(cb.tokenValue());
            System.out.printf("IAM-ACCEPT key=%s principal=%s leftMs=%d ua=%s%n", ok.accessKeyId(), ok.arn(), ok.expiresAtMs() - System.currentTimeMillis(), ok.userAgent());
            cb.token(new OAuthBearerToken() {
                public String value() { return ok.token(); }
                public Set<String> scope() { return Set.of("kafka-cluster:Connect"); }
                public long lifetimeMs() { return ok.expiresAtMs(); }     // => the broker's session lifetime
                public String principalName() { return ok.arn(); }
                public Long startTimeMs() { return ok.signedAtMs(); }
            });
        } catch (Exception e) {
            System.out.println("IAM-REJECT " + e.getMessage());
            // MSK: SASL_AUTHENTICATION_FAILED at once, "[request id]: Access denied".
            // Plain Apache Kafka (RFC 7628): error 0 with {"status":"invalid_token"} in the auth bytes, failure only on the next round.
            if (mskErrors) throw new org.apache.kafka.common.errors.SaslAuthenticationException("[" + UUID.randomUUID() + "]: " + (e instanceof MskIamVerifier.Rejected ? e.getMessage() : "Internal error"));
            cb.error("invalid_token", null, null);
        }
    }

    @Override public void close() {}
}
