namespace ChestXray.Pipeline.Quality;

/// <summary>What all problems of a code have in common.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="LeaveOut">Whether training is better off without the image.</param>
/// <param name="Remedy">What to do, a whole sentence.</param>
internal readonly record struct ProblemKind(ProblemSeverity Severity, bool LeaveOut, string Remedy)
{
    private const string FetchAgain = "Fetch the file again from the data set's own source.";

    private static readonly Dictionary<string, ProblemKind> _kinds = new(StringComparer.Ordinal)
    {
        ["wrong-extension"] = Note("Nothing: files are read by content. Rename it if other programs shall read it."),
        ["alpha"] = Note("Nothing: alpha is dropped and, where red, green and blue are equal, the grey is exact."),
        ["colour"] = Note("Nothing, if the picture is grey; a real colour picture is no radiograph: look at it."),
        ["16-bit"] = Note("Nothing: the high byte is used, as TensorFlow does."),
        ["low-depth"] = Suspect(
            "Look at it: fewer than 8 bits have lost most of a radiograph's grey levels. Fetch the original."),
        ["odd-size"] = Note("Look whether it was cut or re-saved; every image is resized to one size."),
        ["not-square"] = Suspect("Pad or crop the original to a square: resizing stretches this one."),
        ["smaller-than-training"] =
            Suspect("Fetch a larger copy, or train at a smaller --size: this one is blown up and has no fine detail."),
        ["exif-rotation"] = Suspect("Turn the pixels and drop the tag: like TensorFlow, training does not apply it."),
        ["trailing-bytes"] = Note(
            "Nothing: bytes after the image are ignored. Fetch the file again if they should not be there."),
        ["flat"] = Leave(ProblemSeverity.Fault, "Leave it out: there is no picture in it. Fetch the original."),
        ["too-dark"] = Leave(ProblemSeverity.Suspect, "Look at it; leave it out if nothing can be seen."),
        ["too-bright"] = Leave(ProblemSeverity.Suspect, "Look at it; leave it out if nothing can be seen."),
        ["low-contrast"] = Leave(ProblemSeverity.Suspect, "Look at it; leave it out if nothing can be seen."),
        ["wide-border"] = Suspect("Crop the empty border off: the chest takes too small a part of the picture."),
        ["inverted"] = Leave(ProblemSeverity.Suspect, "Look at it; invert it (255 - value), or leave it out."),
        ["rotated"] = Leave(ProblemSeverity.Suspect, "Look at it; turn it back, or leave it out."),
        ["mirrored"] = Suspect("Look for the heart's side and the side marker; flip it back if it is mirrored."),
        ["same-file"] = Leave(ProblemSeverity.Suspect, "Keep one of the copies."),
        ["same-pixels"] = Leave(ProblemSeverity.Suspect, "Keep one of the copies."),
        ["near-duplicate"] = Leave(ProblemSeverity.Suspect, "Keep one of the copies."),
        ["same-file-across-patients"] = Leave(ProblemSeverity.Fault,
            "Leave all copies out: at most one has the right patient and labels, and they can leak between sets."),
        ["same-pixels-across-patients"] = Leave(ProblemSeverity.Fault,
            "Leave all copies out: at most one has the right patient and labels, and they can leak between sets."),
        ["near-duplicate-across-patients"] = Leave(ProblemSeverity.Fault, "Look at the pair; if it is one radiograph, leave all copies out: at most one has the right patient, and they can leak between sets."),
        ["no-label-row"] = Suspect("Bring the label file that has it, or take the file away; it is not used."),
        ["no-image"] = Suspect("Fetch the image; its row is not used."),
        ["folder-missing"] = Fault("Fetch and unpack this part of the data set."),
        ["wrong-folder"] = Suspect("Move it back: programs that join images and rows by position shift all rows after it."),
        ["duplicate-image"] = Suspect("Keep one of the two files; the first is used."),
        ["archive-passed-over"] = Note("Unpack it, or take it away."),
        ["extra-file"] = Note("Convert it to PNG or finish the download; it is not used."),
        ["duplicate-row"] = Note("Delete the second row; it counts once."),
        ["unknown-finding"] = Fault("Mend the row: `train` refuses the file."),
        ["contradictory-findings"] = Fault("Mend the row: `train` refuses the file."),
        ["contradictory-rows"] = Fault("Keep the row that is right: `train` refuses the file."),
        ["bad-number"] = Fault("Mend the row: `train` refuses the file."),
        ["bad-name"] = Fault("Mend the row: `train` refuses the file."),
        ["short-row"] = Fault("Fetch the label file again: `train` refuses it."),
        ["impossible-age"] = Suspect("Take the age from the v2020 label file; training does not use it, subgroups by age do."),
        ["unknown-sex"] = Note("Look the patient up in another release; subgroups by sex leave it out."),
        ["unknown-view"] = Suspect("Look at it: NIH has PA and AP only; a lateral view should be left out."),
        ["patient-mismatch"] =
            Fault("Find out which is right: NIH's file names begin with the patient's number, and sets are divided by patient."),
        ["sex-changes"] = Suspect("Find out whether two patients share a number."),
        ["age-falls"] = Suspect("Look at the patient's rows: a later image can't show a younger patient."),
        ["findings-differ"] = Suspect("Train on the newer release; figures of the two can't be compared."),
        ["age-differs"] = Note("Take the ages of the v2020 file: they were mended there."),
        ["patient-differs"] = Fault("One of the two label files is not this data set's."),
        ["row-in-one-release"] = Note("Take the file that has all rows."),
        ["patient-in-two-sets"] = Fault("Mend the lists: every image of a patient must be in one set."),
        ["image-in-two-lists"] = Fault("Mend the lists: an image must be in one set."),
        ["image-in-no-list"] = Suspect("Add it to a list, or take the row away."),
        ["list-names-unknown"] = Note("Nothing, where only a part of the set is at hand; else fetch the image and its row."),
        ["boxes-in-test"] = Note("Do not train with these boxes if you measure on the official test set."),
        ["box-outside-image"] = Suspect("Clip the box, or leave it out."),
        ["box-without-row"] = Note("Nothing, where only a part of the set is at hand."),
        ["box-finding-unknown"] = Note("Rename the finding (NIH's box file says `Infiltrate` for `Infiltration`)."),
        ["box-finding-not-in-row"] = Suspect("Look at the image: the box shows a finding that its row does not have."),
        ["box-unreadable"] = Fault("Mend or fetch the box file again; the line was passed over."),
        ["headers-not-read"] = Note("Unpack the archive to have its files' formats checked; their pixels were checked."),
        ["orientation-not-checked"] = Note("Nothing: what is usual can't be learnt from so few images."),
        ["damaged-record"] = Fault(
            "Run `verify --cache DIR --repair`, then `inspect` again: this image's pixels were not looked at."),
    };

    /// <summary>All codes but the decoder's reasons.</summary>
    public static IReadOnlyCollection<string> Codes => _kinds.Keys;

    /// <summary>Makes a problem of this code about an image.</summary>
    public static QualityProblem About(string code, in LabelRow row, string what) =>
        Make(code, row.FileName, row.PatientId, what);

    /// <summary>Makes a problem of this code.</summary>
    public static QualityProblem Make(string code, string name, int? patient, string what)
    {
        ProblemKind kind = Of(code);
        return new(code, name, patient, what, kind.Remedy, kind.Severity, kind.LeaveOut);
    }

    // What is not in the table is a decoder's reason.
    private static ProblemKind Of(string code) =>
        _kinds.TryGetValue(code, out ProblemKind kind) ? kind : Leave(ProblemSeverity.Fault, FetchAgain);

    private static ProblemKind Note(string remedy) => new(ProblemSeverity.Note, false, remedy);

    private static ProblemKind Suspect(string remedy) => new(ProblemSeverity.Suspect, false, remedy);

    private static ProblemKind Fault(string remedy) => new(ProblemSeverity.Fault, false, remedy);

    private static ProblemKind Leave(ProblemSeverity severity, string remedy) => new(severity, true, remedy);
}
