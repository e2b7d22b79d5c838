package org.skipjack.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class JsonObjectTest {

    @Test
    void membersKeepTheirOrderAndTypes() {
        assertThat(new JsonObject()
                        .put("text", "a")
                        .put("none", (String) null)
                        .put("long", 1L << 62)
                        .put("some", OptionalLong.of(5))
                        .put("absent", OptionalLong.empty())
                        .put("double", 0.1)
                        .put("float", 0.1f)
                        .put("flag", true)
                        .put("object", new JsonObject().put("x", 1))
                        .toString())
                .isEqualTo(
                        "{\"text\":\"a\",\"none\":null,\"long\":4611686018427387904,\"some\":5,\"absent\":null,\"double\":0.1,\"float\":0.1,"
                                + "\"flag\":true,\"object\":{\"x\":1}}");
        assertThat(new JsonObject().toString()).isEqualTo("{}");
    }

    @Test
    void whatJsonDoesNotKnowBecomesNull() {
        assertThat(new JsonObject()
                        .put("a", Double.NaN)
                        .put("b", Float.POSITIVE_INFINITY)
                        .toString())
                .isEqualTo("{\"a\":null,\"b\":null}");
    }

    @Test
    void textIsQuotedSoThatOneObjectIsOneLine() {
        assertThat(new JsonObject().put("k\"", "\\ \n\t\r\u0001\u2028 é \ud800").toString())
                .isEqualTo("{\"k\\\"\":\"\\\\ \\n\\t\\r\\u0001\\u2028 é \\ud800\"}");
    }

    @Test
    void numbersDoNotFollowTheLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            assertThat(new JsonObject().put("x", 1234.5).put("n", 1234).toString())
                    .isEqualTo("{\"x\":1234.5,\"n\":1234}");
        } finally {
            Locale.setDefault(before);
        }
    }
}
