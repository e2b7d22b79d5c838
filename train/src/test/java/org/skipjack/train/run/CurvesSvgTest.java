package org.skipjack.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.skipjack.train.CurvePoint;
import org.skipjack.train.EpochResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class CurvesSvgTest {

    private static final List<CurvePoint> POINTS = List.of(
            new CurvePoint(0.5, 2.0, 0.25),
            new CurvePoint(1, 1.0, 0.5),
            new CurvePoint(1.5, 0.5, 0.75),
            new CurvePoint(2, 0, 1));
    private static final List<EpochResult> EPOCHS =
            List.of(new EpochResult(1, 1, 0.5, 1, 0.25, 1, 1, 1), new EpochResult(2, 0, 1, 1, 0.5, 1, 1, 1));

    @Test
    void hasTheTutorialsAxesLegendAndLineStyles() throws Exception {
        Document svg = parse(CurvesSvg.draw(POINTS, EPOCHS, 2));

        assertThat(texts(svg)).contains("epoch", "train loss", "train acc", "test acc", "1.0", "2.0");
        List<Element> curves = elements(svg, "polyline");
        assertThat(curves).hasSize(3);
        assertThat(curves.get(0).hasAttribute("stroke-dasharray")).isFalse();
        assertThat(curves.get(1).getAttribute("stroke")).isEqualTo("#bf00bf");
        assertThat(curves.get(1).getAttribute("stroke-dasharray").split(" ")).hasSize(2);
        assertThat(curves.get(2).getAttribute("stroke")).isEqualTo("#008000");
        assertThat(curves.get(2).getAttribute("stroke-dasharray").split(" ")).hasSize(4);
    }

    @Test
    void pointsLieWhereTheScaleSays() throws Exception {
        List<Element> curves = elements(parse(CurvesSvg.draw(POINTS, EPOCHS, 2)), "polyline");

        // Epoch 1 is the left end at 56 and epoch 2 the right end at 620; the points from epoch 1 on span 0 to 1, with
        // a
        // margin of 1/20 on either side of 340 pixels: 0 is 388 - 340 / 22 and 1 is 48 + 340 / 22.
        assertThat(curves.get(0).getAttribute("points")).endsWith("56.0,63.5 338.0,218.0 620.0,372.5 ");
        assertThat(curves.get(2).getAttribute("points")).isEqualTo("56.0,295.3 620.0,218.0 ");
    }

    @Test
    void aFigureThatIsNoNumberLeavesAGapNotABrokenPicture() throws Exception {
        var points = List.of(new CurvePoint(1, Double.NaN, 0.5), new CurvePoint(2, Double.POSITIVE_INFINITY, 0.6));

        String svg = CurvesSvg.draw(points, List.of(), 2);

        assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
        assertThat(elements(parse(svg), "polyline").getFirst().getAttribute("points"))
                .isEmpty();
    }

    @Test
    void nothingAtAllConstantCurvesAndASingleEpochAreDrawnToo() throws Exception {
        for (int epochs : new int[] {1, 2, 7, 10, 1000}) {
            parse(CurvesSvg.draw(List.of(), List.of(), epochs));
            String constant = CurvesSvg.draw(List.of(new CurvePoint(1, 1, 1)), List.of(), epochs);
            assertThat(elements(parse(constant), "text")).hasSizeBetween(8, 30);
        }
    }

    @Test
    void theAxisOfTenEpochsHasATickAtEach() throws Exception {
        assertThat(texts(parse(CurvesSvg.draw(List.of(), List.of(), 10))))
                .contains("1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
    }

    @Test
    void theLocaleDoesNotReachTheNumbers() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            String arabic = CurvesSvg.draw(POINTS, EPOCHS, 2);
            Locale.setDefault(Locale.ROOT);
            assertThat(arabic).isEqualTo(CurvesSvg.draw(POINTS, EPOCHS, 2));
        } finally {
            Locale.setDefault(before);
        }
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Element> elements(Document document, String name) {
        var found = new ArrayList<Element>();
        var nodes = document.getElementsByTagName(name);
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    private static List<String> texts(Document document) {
        return elements(document, "text").stream().map(Element::getTextContent).toList();
    }
}
