"""The draft norm that an address names, in the place of the address."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from municipalities.middleware import municipality_or_404
from norms.models import Annotation, Article, Norm


def seen_or_404(request, pk):
    """The norm, for whoever may see it; its municipality is the address's."""
    municipality = municipality_or_404(request)
    norms = Norm.objects.for_municipality(municipality).defer("search")
    norm = get_object_or_404(norms.select_related("thread", "category"), pk=pk)
    return placed(request, norm)


def article_or_404(request, pk, slug):
    municipality = municipality_or_404(request)
    articles = Article.objects.filter(municipality=municipality, norm=pk, slug=slug)
    article = get_object_or_404(articles.select_related("thread", "norm__thread"))
    article.municipality = article.thread.municipality = municipality
    placed(request, article.norm)
    return article


def annotation_or_404(request, pk):
    municipality = municipality_or_404(request)
    annotations = Annotation.objects.filter(municipality=municipality).select_related(
        "thread", "norm__thread", "article", "version"
    )
    annotation = get_object_or_404(annotations, pk=pk)
    annotation.municipality = annotation.thread.municipality = municipality
    annotation.article.municipality = municipality
    placed(request, annotation.norm)
    return annotation


def placed(request, norm):
    """With the place it is asked in, so that nothing it leads to is read once more."""
    norm.municipality = norm.thread.municipality = request.municipality
    if not request.user.has_perm("norms.view_norm", norm):
        raise Http404
    return norm
